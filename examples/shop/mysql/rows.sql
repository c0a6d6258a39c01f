INSERT INTO customers (name) VALUES ('Ada'), ('Grace'), ('Edsger');
INSERT INTO orders (id, customer_id) VALUES (1, 1), (2, 1), (3, 2);
UPDATE customers SET favourite_id = 1 WHERE name = 'Ada';
INSERT INTO categories (id, parent_id, name) VALUES (1, NULL, 'Books'), (2, 1, 'Logic');
INSERT INTO products (id, category_id, name, price_cents, stock) VALUES (1, 2, 'On Notation', 1900, 5), (2, 1, 'Hopper', 2500, 2);
INSERT INTO order_lines (order_id, product_id, quantity) VALUES (1, 1, 2), (1, 2, 1), (3, 2, 1);
INSERT INTO addresses (id, customer_id, street, city) VALUES (1, 1, 'St James Square 12', 'London');
INSERT INTO payments (id, order_id, cents) VALUES (1, 1, 6300);
UPDATE products SET stock = 4 WHERE id = 1;
