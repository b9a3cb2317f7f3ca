-- Keeps holds for unpaid orders, each if it has as many places as its order names holders. ARGV
-- from 3, one per request: hold id (16), owner (16), order (16), pay before (6), kept until (6),
-- places (1).
-- Answers a list: per request `=` and the entry as it then is, GONE or ORDERED (by another order,
-- or paid).

local other = other_epoch('epoch')
if other then return other end

local function keep(request)
  local id, owner, order = sub(request, 1, 16), sub(request, 17, 32), sub(request, 33, 48)
  local pay_before, kept_until = sub(request, 49, 54), sub(request, 55, 60)
  end_due(owner)
  local record = record_of(owner)
  local at, state = find_entry(record, id)
  if state == HELD then
    if places_in(byte(record, at + 7)) ~= byte(request, 61) then
      return '=' .. sub(record, at, at + LENGTH[HELD] - 1)
    end
  elseif state == KEPT then
    if sub(record, at + 41, at + 56) ~= order then return 'ORDERED' end
    -- Asked again: the order's time counts from now, and never ends earlier than it did.
    if ms_at(pay_before, 1) <= ms_at(record, at + 29) then
      return '=' .. sub(record, at, at + LENGTH[KEPT] - 1)
    end
  else
    return state == SOLD and 'ORDERED' or 'GONE'
  end
  local entry = pack('>B', KEPT) .. sub(record, at + 1, at + 28) .. pay_before .. kept_until
    .. order
  put_record(owner, with_entry(record, at, entry))
  look_again(KEPT, owner, kept_until)
  return '=' .. entry
end

local owners, answers = {}, {}
for i = 3, #ARGV do owners[i - 2] = sub(ARGV[i], 17, 32) end
read_people(owners)
for i = 3, #ARGV do answers[i - 2] = keep(ARGV[i]) end
return finish(answers)
