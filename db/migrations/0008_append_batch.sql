-- One call writes a whole transaction of a studio: rows, log, head, answers and deadlines.
--
-- The write path decides on what it remembers of a studio, without a lock, and says here what it
-- took for the head of the log. If the log stands elsewhere by now, nothing is written and the
-- answer is 'stale'. Statements of a function see what was committed before each of them began, so
-- the head is read as the last writer left it, once the lock is had (as in `tenants.lock`).
--
-- The caller's rights hold, and so does row-level security: the tenant is set in a statement of
-- its own, for this transaction only. `sql` are the caller's own statements that write the rows of
-- one kind each, with the tenant as $1 and the records as $2.

CREATE FUNCTION append_batch(
    tenant uuid, lock_key bigint,
    known_epoch uuid, known_seq bigint, known_hash bytea,
    new_seq bigint, new_claim bigint, new_hash bytea,
    sql text[], records text[],
    log_at timestamptz, log_type text[], log_actor uuid[], log_command uuid[], log_kind text[],
    log_entity uuid[], log_version bigint[], log_body text[], log_hash bytea[],
    log_artist uuid[], log_project uuid[], log_left_artist uuid[], log_left_project uuid[],
    log_start timestamptz[], log_end timestamptz[], log_live boolean[],
    answer_command uuid[], answer_actor uuid[], answer_op text[], answer_seq bigint[], answer_body text[],
    jobs_sql text, jobs_queue text, jobs_payload bytea[], jobs_delay interval[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    IF nullif(current_setting('app.tenant', true), '') <> tenant::text THEN
        RAISE insufficient_privilege USING MESSAGE = 'the transaction is another studio''s';
    END IF;
    PERFORM set_config('app.tenant', tenant::text, true);
    PERFORM pg_advisory_xact_lock(lock_key);
    UPDATE tenant_heads h SET seq = new_seq, next_claim = new_claim, hash = new_hash
    WHERE h.tenant_id = tenant AND h.epoch = known_epoch AND h.seq = known_seq AND h.hash = known_hash;
    IF NOT FOUND THEN
        RETURN 'stale';
    END IF;
    INSERT INTO command_answers (tenant_id, command_id, actor_id, op, at, seq, answer)
    SELECT tenant, t.c, t.a, t.o, log_at, t.s, t.j::json
    FROM unnest(answer_command, answer_actor, answer_op, answer_seq, answer_body) AS t(c, a, o, s, j)
    ON CONFLICT (tenant_id, command_id) DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(answer_command) THEN
        RAISE EXCEPTION 'a command of this batch was answered before' USING ERRCODE = 'PT409';
    END IF;
    FOR i IN 1 .. cardinality(sql) LOOP
        EXECUTE sql[i] USING tenant, records[i];
    END LOOP;
    INSERT INTO event_log (tenant_id, seq, at, type, actor_id, command_id, entity_kind,
        entity_id, entity_version, body, hash, artist_id, project_id, left_artist_id, left_project_id,
        starts_at, ends_at, live)
    SELECT tenant, known_seq + t.n, log_at, t.type, t.actor, t.command, t.kind, t.entity, t.version,
        t.body::json, t.hash, t.artist, t.project, t.left_artist, t.left_project, t.starts, t.ends, t.live
    FROM unnest(log_type, log_actor, log_command, log_kind, log_entity, log_version, log_body, log_hash,
        log_artist, log_project, log_left_artist, log_left_project, log_start, log_end, log_live)
        WITH ORDINALITY AS t(type, actor, command, kind, entity, version, body, hash,
            artist, project, left_artist, left_project, starts, ends, live, n);
    IF cardinality(jobs_payload) > 0 THEN
        EXECUTE jobs_sql USING array_fill(0, ARRAY[cardinality(jobs_payload)]),
            array_fill(jobs_queue, ARRAY[cardinality(jobs_payload)]), jobs_payload, jobs_delay,
            array_fill(NULL::text, ARRAY[cardinality(jobs_payload)]),
            array_fill('null'::jsonb, ARRAY[cardinality(jobs_payload)]);
    END IF;
    RETURN 'done';
END
$$;

-- A socket opened with a ticket belongs to the sign-in that asked for the ticket, and ends with it.
ALTER TABLE socket_tickets ADD COLUMN family_id uuid;
