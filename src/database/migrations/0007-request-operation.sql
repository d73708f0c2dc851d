-- One press is one round trip: everything that an ack means, in one call. See src/operations/request-operation.ts.

-- The audit log's own arithmetic (src/audit/rules.ts): every column with its length in bytes before it; null is not ''.
create function audit_field(value text) returns text language sql immutable as $$
  select case when value is null then E'-\n' else octet_length(convert_to(value, 'UTF8')) || ':' || value || E'\n' end
$$;

-- Appends one row without personal text. Call it last: it locks the head until the transaction ends.
create function append_audit(
  p_at timestamptz, p_actor text, p_action text, p_tenant_id text, p_subject_kind text, p_subject_id text, p_data text
) returns void language plpgsql set search_path = mutabik, pg_temp as $$
declare
  head audit_head%rowtype;
  row_hash text;
begin
  select * into head from audit_head for update;
  row_hash := encode(sha256(convert_to(
    E'mutabik-audit:v1\n'
      || audit_field((head.seq + 1)::text)
      || audit_field(to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      || audit_field(p_actor) || audit_field(p_action) || audit_field(p_tenant_id)
      || audit_field(p_subject_kind) || audit_field(p_subject_id) || audit_field(p_data)
      || audit_field(null) || audit_field(head.hash), 'UTF8')), 'hex');
  insert into audit_log (seq, at, actor, action, tenant_id, subject_kind, subject_id, data, personal_hash, previous_hash, hash)
  values (head.seq + 1, p_at, p_actor, p_action, p_tenant_id, p_subject_kind, p_subject_id, p_data, null, head.hash, row_hash);
  update audit_head set seq = head.seq + 1, hash = row_hash;
end $$;

-- Makes a task due now: one live task a key (src/jobs/enqueue-task.ts).
create function enqueue_now(p_kind text, p_key text, p_payload jsonb, p_now timestamptz) returns void
language plpgsql set search_path = mutabik, pg_temp as $$
declare
  task record;
begin
  insert into tasks as t (id, kind, key, payload, state, due_at, max_faults, enqueued_at, created_at)
  values (gen_random_uuid(), p_kind, p_key, p_payload, 'pending', p_now, 0, p_now, p_now)
  on conflict (key) where state in ('pending', 'running') do update set
    due_at = case
      when t.state = 'running' and not t.asked_again then excluded.due_at
      when t.state = 'pending' and t.last_error is not null then t.due_at
      else least(t.due_at, excluded.due_at)
    end,
    asked_again = t.state = 'running'
  where t.kind = excluded.kind
  returning id, state = 'pending' and due_at <= p_now as due into task;
  if task.due and to_regproc('jobs.add_job') is not null then
    perform jobs.add_job('run_task', json_build_object('id', task.id::text), job_key := 'task:' || task.id);
  end if;
end $$;

-- Stores an intent about an episode, or says why not. Locks in this order: payouts, operations, tasks, cards, audit head.
-- The audit row's data comes as it is hashed: its keys in canonical order.
create function request_operation(
  p_payout_id uuid, p_intent_no integer, p_action text, p_actor text, p_now timestamptz, p_operation_id uuid, p_key text,
  p_data text
) returns jsonb language plpgsql set search_path = mutabik, pg_temp as $$
declare
  payout payouts%rowtype;
  known record;
  next_intent integer;
  shown record;
begin
  select * into payout from payouts where id = p_payout_id for update;
  if not found then
    return '{"as": "not_found"}';
  end if;
  loop
    -- The lock is held: whoever was quicker has committed, and is seen from here on. Only the newest can be open.
    select id, action, state, requested_by, requested_at, intent_no into known
      from operations
     where tenant_id = payout.tenant_id and subject_id = payout.transaction_id
     order by intent_no desc limit 1;
    if known.state in ('accepted', 'sent', 'unknown') then
      return jsonb_build_object('as', 'under_way', 'operation', jsonb_build_object('id', known.id,
        'action', known.action, 'state', known.state, 'by', known.requested_by, 'at', known.requested_at));
    end if;
    next_intent := coalesce(known.intent_no, 0) + 1;
    if p_intent_no > next_intent then
      return '{"as": "not_found"}';
    end if;
    if p_intent_no < next_intent then
      select id, action, state, requested_by, requested_at into strict known
        from operations
       where tenant_id = payout.tenant_id and subject_id = payout.transaction_id and intent_no = p_intent_no;
      return jsonb_build_object('as', 'already_done', 'operation', jsonb_build_object('id', known.id,
        'action', known.action, 'state', known.state, 'by', known.requested_by, 'at', known.requested_at));
    end if;
    if payout.state = 'over'
       or p_action = 'retry' and (not payout.offers_retry or payout.offer_until <= p_now) then
      return jsonb_build_object('as', 'not_offered', 'isOver', payout.state = 'over', 'reasons',
        case when payout.offers_retry then '["answer_old"]' else to_jsonb(payout.reasons) end);
    end if;
    insert into operations (id, tenant_id, subject_id, intent_no, action, idempotency_key, state, requested_by,
                            requested_at, payout_id, amount_minor, currency, seen)
    values (p_operation_id, payout.tenant_id, payout.transaction_id, next_intent, p_action, p_key, 'accepted', p_actor,
            p_now, payout.id, payout.amount_minor, payout.currency,
            jsonb_build_object('state', payout.payment_state, 'rule', payout.rule, 'attempts', payout.attempts))
    on conflict (tenant_id, subject_id, intent_no) do nothing;
    -- Taken by what is asked for without the episode's lock: it is there now, so look again.
    exit when found;
  end loop;
  perform enqueue_now('operation', 'operation:' || p_operation_id, jsonb_build_object('id', p_operation_id), p_now);
  for shown in
    select id from cards
     where subject_kind = 'payout' and subject_id = payout.id::text
        or payout.group_id is not null and subject_kind = 'payout_group' and subject_id = payout.group_id::text
     order by id
  loop
    perform enqueue_now('card', 'card:' || shown.id, jsonb_build_object('cardId', shown.id), p_now);
    update cards set wanted_version = wanted_version + 1 where id = shown.id;
  end loop;
  perform append_audit(p_now, p_actor, 'operation.accepted', payout.tenant_id, 'transaction', payout.transaction_id, p_data);
  return '{"as": "accepted"}';
end $$;

-- Cards are found by what they show, whatever their kind.
create index cards_subject on cards (subject_id, subject_kind);
