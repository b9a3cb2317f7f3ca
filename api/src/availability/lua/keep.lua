-- Keeps holds for unpaid orders, each if it has as many places as its order names holders. ARGV
-- from 3, one per request: hold id (16), owner (16), pay before (6), kept until (6), order (16),
-- places (1).
-- Answers a list: per request `=` and the entry as it then is, GONE or ORDERED (by another order,
-- or paid).

local other = other_epoch('epoch')
if other then return other end

local function keep(request, owner)
  end_due(owner)
  local record = people[owner]
  local at, state = find_entry(record, sub(request, 1, 16))
  if state == HELD then
    if places_in(byte(record, at + 7)) ~= byte(request, 61) then
      return '=' .. sub(record, at, at + LENGTH[HELD] - 1)
    end
  elseif state == KEPT then
    if sub(record, at + 41, at + 56) ~= sub(request, 45, 60) then return 'ORDERED' end
    -- Asked again: the order's time counts from now, and never ends earlier than it did.
    if ms_at(request, 33) <= ms_at(record, at + 29) then
      return '=' .. sub(record, at, at + LENGTH[KEPT] - 1)
    end
  else
    return state == SOLD and 'ORDERED' or 'GONE'
  end
  local entry = pack('>B', KEPT) .. sub(record, at + 1, at + 28) .. sub(request, 33, 60)
  put_record(owner, with_entry(record, at, entry))
  look_again(KEPT, owner, sub(request, 39, 44))
  return '=' .. entry
end

local owners, answers = {}, {}
for i = 3, #ARGV do owners[i - 2] = sub(ARGV[i], 17, 32) end
read_people(owners)
for i = 3, #ARGV do answers[i - 2] = keep(ARGV[i], owners[i - 2]) end
return finish(answers)
