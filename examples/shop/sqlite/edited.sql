-- A small shop. Edit this file, then run: autogen -m "what changed"

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- autogen: renamed from name
    full_name TEXT NOT NULL,
    email TEXT UNIQUE,
    favourite_id INTEGER REFERENCES orders (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'sent')),
    placed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES categories (id),
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES categories (id),
    name TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    stock INTEGER NOT NULL DEFAULT 0 CHECK (stock >= 0)
);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (order_id, product_id)
) WITHOUT ROWID;

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    street TEXT NOT NULL,
    city TEXT NOT NULL
);

CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    cents INTEGER NOT NULL,
    note TEXT,
    method TEXT NOT NULL DEFAULT 'card'
);

CREATE TABLE stock_log (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL,
    was INTEGER NOT NULL,
    is_now INTEGER NOT NULL
);

CREATE TABLE ratings (
    product_id INTEGER NOT NULL REFERENCES products (id),
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    PRIMARY KEY (product_id, customer_id)
);

CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX orders_open ON orders (customer_id) WHERE state = 'open';
CREATE INDEX products_name ON products (lower(name));

CREATE VIEW order_totals AS
SELECT o.id, o.customer_id, sum(l.quantity * p.price_cents) AS cents
FROM orders o
JOIN order_lines l ON l.order_id = o.id
JOIN products p ON p.id = l.product_id
GROUP BY o.id, o.customer_id;

CREATE TRIGGER products_stock AFTER UPDATE OF stock ON products
BEGIN
    INSERT INTO stock_log (product_id, was, is_now) VALUES (NEW.id, OLD.stock, NEW.stock);
END;
