-- What is debited and credited of an account only grows: held and released often enough, a large credit passes what a
-- bigint holds, while no single transfer does. No turnover may be what stops the writer.
alter table ledger_balances alter debits type numeric(40, 0), alter credits type numeric(40, 0);
