-- How many bytes of entries and attachments the facility has brought, so that a push that would go beyond its quota is
-- refused by the push itself. Each push counts its own, in its transaction (`gateway/push.ts`).

set local role fleet_owner;

alter table :"schema".head add column stored bigint not null default 0;

-- barriers
set local role fleet_owner;
grant update (stored) on :"schema".head to :"role";
-- end barriers

reset role;

-- ahead from counted=0&upto=0
-- Entries are only ever added, so that those up to some seq can be counted while pushes go on.
select count(*) as went, :'counted'::bigint + coalesce(sum(bytes), 0) as counted, coalesce(max(seq), :'upto'::bigint) as upto
from (select seq, octet_length(body) as bytes from :"schema".journal where seq > :'upto'::bigint order by seq limit 100000) as next;

-- backfill
update :"schema".head set stored = :'counted'::bigint
  + (select coalesce(sum(octet_length(body)), 0) from :"schema".journal where seq > :'upto'::bigint)
  + (select coalesce(sum(octet_length(content)), 0) from :"schema".blob);
