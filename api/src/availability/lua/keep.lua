-- Keeps a hold for an unpaid order, if it has as many places as the order names holders.
-- ARGV 3 hold id, 4 order, 5 pay before, 6 kept until, 7 places.
-- Answers {HELD, 0, fields…} as the hold then is, {GONE} or {ORDERED} (by another order, or paid).

local other = other_epoch('epoch')
if other then return other end

local id, order = ARGV[3], ARGV[4]
local key = base .. 'h:' .. id
local s, o, c, r, f, k, fm, a, cur, x, by = unpack(redis.call('HMGET', key,
  's', 'o', 'c', 'r', 'f', 'k', 'fm', 'a', 'cur', 'x', 'or'))
if s == 'h' then
  if tonumber(x) <= now then
    free_hold(id)
    return { 'GONE' }
  end
  if k == ARGV[7] then
    s, x, by = 'k', ARGV[5], order
    redis.call('HSET', key, 's', s, 'or', by, 'x', x)
    redis.call('ZADD', base .. 'exp', ARGV[6], id)
  end
elseif s == 'k' then
  if by ~= order then return { 'ORDERED' } end
  -- Asked again: the order's time counts from now, and never ends earlier than it did.
  if tonumber(ARGV[5]) > tonumber(x) then
    x = ARGV[5]
    redis.call('HSET', key, 'x', x)
  end
  redis.call('ZADD', base .. 'exp', 'GT', ARGV[6], id)
else
  return { redis.call('HEXISTS', base .. 'sold', id) == 1 and 'ORDERED' or 'GONE' }
end
return { 'HELD', '0', s, o, c, r, f, k, fm, a, cur, x, by or '' }
