-- A small shop. Edit this file, then run: autogen -m "what changed"

CREATE TABLE customers (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(100) NOT NULL,
    favourite_id bigint,
    created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE orders (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id bigint NOT NULL,
    state enum('open', 'paid', 'sent') NOT NULL DEFAULT 'open',
    placed_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY orders_state (state, placed_at DESC),
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
);

-- Customers and orders refer to each other.
ALTER TABLE customers ADD CONSTRAINT customers_favourite
    FOREIGN KEY (favourite_id) REFERENCES orders (id) ON DELETE SET NULL;

CREATE TABLE categories (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    parent_id bigint,
    name varchar(100) NOT NULL UNIQUE,
    CONSTRAINT categories_parent FOREIGN KEY (parent_id) REFERENCES categories (id)
);

CREATE TABLE products (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    category_id bigint NOT NULL,
    name varchar(200) NOT NULL,
    price_cents int NOT NULL,
    stock int NOT NULL DEFAULT 0,
    FULLTEXT KEY products_name (name),
    CONSTRAINT products_category FOREIGN KEY (category_id) REFERENCES categories (id),
    CONSTRAINT products_price CHECK (price_cents >= 0)
);

CREATE TABLE order_lines (
    order_id bigint NOT NULL,
    product_id bigint NOT NULL,
    quantity int NOT NULL DEFAULT 1,
    PRIMARY KEY (order_id, product_id),
    CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT lines_product FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT lines_quantity CHECK (quantity > 0)
);

CREATE TABLE addresses (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id bigint NOT NULL,
    street varchar(200) NOT NULL,
    city varchar(100) NOT NULL,
    CONSTRAINT addresses_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
);

CREATE TABLE payments (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id bigint NOT NULL,
    cents int NOT NULL,
    note text,
    CONSTRAINT payments_order FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE TABLE stock_log (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    product_id bigint NOT NULL,
    was int NOT NULL,
    is_now int NOT NULL
);

CREATE VIEW order_totals AS
SELECT o.id, o.customer_id, sum(l.quantity * p.price_cents) AS cents
FROM orders o
JOIN order_lines l ON l.order_id = o.id
JOIN products p ON p.id = l.product_id
GROUP BY o.id, o.customer_id;

DELIMITER $$
CREATE TRIGGER products_stock AFTER UPDATE ON products FOR EACH ROW
BEGIN
    IF NOT (NEW.stock <=> OLD.stock) THEN
        INSERT INTO stock_log (product_id, was, is_now) VALUES (NEW.id, OLD.stock, NEW.stock);
    END IF;
END $$
DELIMITER ;
