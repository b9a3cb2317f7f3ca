-- One GCRA limit, counted by Redis's own clock so that all processes agree on the time.
-- KEYS[1]: the theoretical arrival time in microseconds. ARGV: microseconds between two tokens,
-- microseconds of burst, `take` or `look`. Answers the milliseconds to wait; 0: let through.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = tonumber(redis.call('GET', KEYS[1]) or '0')
if arrival < now then arrival = now end
local following = arrival + interval
local early = following - burst - now
if early > 0 then return math.ceil(early / 1000) end
if ARGV[3] == 'take' then
  local lives = math.ceil((following - now) / 1000)
  redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', lives)
end
return 0
