-- Binds hold ids, each to where it is, and notes for each owner in which events they hold. KEYS[1]
-- the pointers of this half hour, KEYS[2] those of the one before. ARGV 1 seconds that KEYS[1]
-- lives, then by threes: id (14), pointer (6, the first 3 its event), owner (16).
-- Answers a list: per hold 1 (bound to this, now or before) or 0 (bound to another).

local ids, wanted, owners = {}, {}, {}
for i = 2, #ARGV, 3 do
  ids[#ids + 1], wanted[#wanted + 1], owners[#owners + 1] = ARGV[i], ARGV[i + 1], ARGV[i + 2]
end
local young = redis.call('HMGET', KEYS[1], unpack(ids))
local old = redis.call('HMGET', KEYS[2], unpack(ids))
local noted = redis.call('HMGET', KEYS[1], unpack(owners))

-- Of so many events (3 bytes each) at most, those noted last.
local NOTE_BYTES = 96

local function has(events, event)
  for at = 1, #events, 3 do
    if string.sub(events, at, at + 2) == event then return true end
  end
  return false
end

local bound, events_of, fresh, answers = {}, {}, {}, {}
for i, id in ipairs(ids) do
  local before = bound[id] or young[i] or old[i]
  answers[i] = (not before or before == wanted[i]) and 1 or 0
  if answers[i] == 1 and not bound[id] and not young[i] then
    fresh[#fresh + 1], fresh[#fresh + 2] = id, wanted[i]
  end
  bound[id] = before or wanted[i]
  local owner, event = owners[i], string.sub(wanted[i], 1, 3)
  local events = events_of[owner] or noted[i] or ''
  if answers[i] == 1 and not has(events, event) then
    events = string.sub(events .. event, -NOTE_BYTES)
    fresh[#fresh + 1], fresh[#fresh + 2] = owner, events
  end
  events_of[owner] = events
end
if #fresh > 0 then
  redis.call('HSET', KEYS[1], unpack(fresh))
  redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
end
return answers
