-- first tables
--
-- revision 2026-11-21-171503-0000, the first
-- schema   8e24d02fd1c1 -> 74409a8a2ce8
-- proven   up, down, up
-- note     session: SET NAMES utf8mb4, time_zone '+00:00', foreign_key_checks 1, a strict sql_mode without ANSI_QUOTES, PIPES_AS_CONCAT and NO_BACKSLASH_ESCAPES; `autogen upgrade` sets it so
-- note     each statement is committed by itself; when one fails, those before it stay done

CREATE TABLE `customers` (
    `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
    `email` varchar(255) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `email` (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `orders` (
    `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
    `customer_id` bigint(20) unsigned NOT NULL,
    `state` enum('open','paid','sent') NOT NULL DEFAULT 'open',
    `before` enum('open','paid','sent') DEFAULT NULL,
    `total` decimal(12,2) NOT NULL,
    `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
    PRIMARY KEY (`id`),
    KEY `orders_customer_id_created_at_idx` (`customer_id`,`created_at` DESC),
    CONSTRAINT `orders_ibfk_1` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`) ON DELETE CASCADE,
    CONSTRAINT `orders_total` CHECK (`total` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
