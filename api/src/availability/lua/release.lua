-- Gives an unordered hold back. ARGV 3: hold id (16), owner (16). Answers {OK} (also when it was
-- given back or had expired before), {ORDERED} or {NONE}.

local other = other_epoch('epoch')
if other then return other end

local id, owner = sub(ARGV[3], 1, 16), sub(ARGV[3], 17, 32)
local at, state = find_entry(record_of(owner), id)
if state == ENDED then return { 'OK' } end
if not state then return { 'NONE' } end
if state ~= HELD then return { 'ORDERED' } end
end_hold(owner, at)
return finish({ 'OK' })
