-- Publishes an event of a cache channel and keeps it as the channel's last one. The version, which grows with each event, tells a
-- subscriber that gets the kept one which live ones are older: the time of Redis, so that it grows past an expired key too.
-- KEYS kept     ARGV 1 topic 2 version of the envelope 3 excluded socket 4 text 5 how long it is kept, in ms
local time = redis.call('TIME')
local version = time[1] * 1000000 + time[2]
local last = redis.call('GET', KEYS[1])
if last then version = math.max(version, tonumber(string.match(last, '^%d+ %S+ (%d+) ')) + 1) end
local payload = string.format('%s %s %.0f %s', ARGV[2], ARGV[3], version, ARGV[4])
redis.call('SET', KEYS[1], payload, 'PX', ARGV[5])
return redis.call('PUBLISH', ARGV[1], payload)
