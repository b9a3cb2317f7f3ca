-- The seats of orders are sold: their holds become sold entries. Where a hold is gone (lost,
-- expired, or given back and now paid late) its seats are taken again if all are free.
-- ARGV from 3, one per request: hold id (16), owner (16), order (16), category (1), row (4), first
-- place (1), mask (1).
-- Answers a list: per request OK, SAME (sold to this order before), TAKEN (somebody has a seat of
-- it), INVALID or ORDERED (by another order).

local other = other_epoch('epoch')
if other then return other end

local function claim(request)
  local id, owner, order = sub(request, 1, 16), sub(request, 17, 32), sub(request, 33, 48)
  local record = record_of(owner)
  local at, state = find_entry(record, id)
  if state == SOLD then
    return sub(record, at + 24, at + 39) == order and 'SAME' or 'ORDERED'
  end
  if state == HELD or state == KEPT then
    if state == KEPT and sub(record, at + 41, at + 56) ~= order then return 'ORDERED' end
    local c, _, _, mask = seats_at(record, at)
    move(c, 'held', 'taken', places_in(mask))
    local entry = pack('>B', SOLD) .. sub(record, at + 1, at + 23) .. order .. ms(now)
    put_record(owner, with_entry(record, at, entry))
    return 'OK'
  end
  local c, row, first, mask = unpacked('>BI4BB', request, 49)
  local refused = take_sold(owner, order, id, c, row, first, mask)
  for _ = 1, SWEEP_ROUNDS_MAX do
    if refused ~= 'TAKEN' or sweep(SWEEP_BATCH) == 0 then break end
    refused = take_sold(owner, order, id, c, row, first, mask)
  end
  return refused or 'OK'
end

local owners, answers = {}, {}
for i = 3, #ARGV do owners[i - 2] = sub(ARGV[i], 17, 32) end
read_people(owners)
for i = 3, #ARGV do answers[i - 2] = claim(ARGV[i]) end
return finish(answers)
