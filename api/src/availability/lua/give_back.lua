-- An order has ended: what its hold still has becomes free. Idempotent: what is freed belongs to
-- this hold and this order. ARGV 3: hold id (16), owner (16), order (16), row (4), first place (1),
-- mask (1).
-- Answers {OK, places freed}.

local other = other_epoch('epoch')
if other then return other end

local request = ARGV[3]
local id, owner, order = sub(request, 1, 16), sub(request, 17, 32), sub(request, 33, 48)
local asked_row, asked_first, asked_mask = unpacked('>I4BB', request, 49)
local record = record_of(owner)
local at, state = find_entry(record, id)
if state == KEPT and sub(record, at + 41, at + 56) == order then
  local places = places_in(byte(record, at + 7))
  end_hold(owner, at)
  return finish({ 'OK', tostring(places) })
end
if state ~= SOLD or sub(record, at + 24, at + 39) ~= order then return { 'OK', '0' } end
local c, row, first, mask = seats_at(record, at)
if row ~= asked_row then return { 'OK', '0' } end

-- The bits asked for, seen from the entry's first place.
local shift = asked_first - first
local asked = shift >= 0 and lshift(asked_mask, shift) or rshift(asked_mask, -shift)
local free = band(mask, asked)
local freed = places_in(free)
if freed == 0 or change(c, row, first, free, '1', '0') then return { 'OK', '0' } end
move(c, 'taken', 'free', freed)
local stays = mask - free
local entry = stays == 0 and '' or sub(record, at, at + 6) .. pack('>B', stays)
  .. sub(record, at + 8, at + LENGTH[SOLD] - 1)
put_record(owner, with_entry(record, at, entry))
return finish({ 'OK', tostring(freed) })
