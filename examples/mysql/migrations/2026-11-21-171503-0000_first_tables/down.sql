-- undo: first tables
--
-- revision 2026-11-21-171503-0000, the first
-- schema   74409a8a2ce8 -> 8e24d02fd1c1
-- proven   up, down, up
-- note     session: SET NAMES utf8mb4, time_zone '+00:00', foreign_key_checks 1, a strict sql_mode without ANSI_QUOTES, PIPES_AS_CONCAT and NO_BACKSLASH_ESCAPES; `autogen upgrade` sets it so
-- note     each statement is committed by itself; when one fails, those before it stay done

-- DL101 data loss: orders: its rows are lost; down makes it again, empty
DROP TABLE `orders`;

-- DL101 data loss: customers: its rows are lost; down makes it again, empty
DROP TABLE `customers`;
