-- Keeps a hold for an unpaid order. ARGV 3 hold id, 4 order, 5 pay before, 6 kept until.
-- Answers {OK}, {GONE} or {ORDERED} (by another order).

local other = other_epoch('epoch')
if other then return other end

local id, order = ARGV[3], ARGV[4]
local key = base .. 'h:' .. id
local sold = read_sold(id)
if sold then return { sold.order == order and 'OK' or 'ORDERED' } end
local h = redis.call('HMGET', key, 's', 'x', 'or')
if h[1] == 'k' then
  if h[3] ~= order then return { 'ORDERED' } end
  -- Asked again: the order's time counts from now, and never ends earlier than it did.
  if tonumber(ARGV[5]) > tonumber(h[2]) then redis.call('HSET', key, 'x', ARGV[5]) end
  redis.call('ZADD', base .. 'exp', 'GT', ARGV[6], id)
  return { 'OK' }
end
if h[1] ~= 'h' then return { 'GONE' } end
if tonumber(h[2]) <= now then
  free_hold(id)
  return { 'GONE' }
end
redis.call('HSET', key, 's', 'k', 'or', order, 'x', ARGV[5])
redis.call('ZADD', base .. 'exp', ARGV[6], id)
return { 'OK' }
