-- Binds hold ids, each to the event where it is, in the notes of their owners. KEYS[1] the notes of
-- this half hour, KEYS[2] those of the one before. ARGV 1 seconds that KEYS[1] lives, then by twos:
-- owner (16), entry (7: event number 3, sign of the hold's id 4).
-- Answers a list: per hold 1 (bound to this, now or before) or 0 (bound to another event).

local sub, plain = string.sub, string.find
local ENTRY_BYTES = 7
-- The last 32 entries of a person.
local NOTE_BYTES = 224

local owners, entries = {}, {}
for i = 2, #ARGV, 2 do
  owners[#owners + 1], entries[#entries + 1] = ARGV[i], ARGV[i + 1]
end
local young = redis.call('HMGET', KEYS[1], unpack(owners))
local old = redis.call('HMGET', KEYS[2], unpack(owners))

-- The entry of the same hold, whatever its event. The sign of another one may begin elsewhere than
-- an entry's does.
local function find(note, entry)
  local sign = sub(entry, 4)
  local at = plain(note, sign, 1, true)
  while at do
    if at % ENTRY_BYTES == 4 then return sub(note, at - 3, at + 3) end
    at = plain(note, sign, at + 1, true)
  end
end

local notes, fresh, answers = {}, {}, {}
for i, owner in ipairs(owners) do
  local note, entry = notes[owner] or young[i] or '', entries[i]
  local is = find(note, entry)
  local was = is or old[i] and find(old[i], entry)
  answers[i] = (not was or was == entry) and 1 or 0
  if answers[i] == 1 and not is then
    note = sub(note .. entry, -NOTE_BYTES)
    notes[owner] = note
    fresh[#fresh + 1], fresh[#fresh + 2] = owner, note
  end
end
if #fresh > 0 then
  redis.call('HSET', KEYS[1], unpack(fresh))
  redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
end
return answers
