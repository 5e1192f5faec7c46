-- Enters channels into an owner's index, before it writes rows of them: a sweep finds every row.
-- KEYS closed index     ARGV channels     -> OK, or GONE (see lease.lua)
if redis.call('EXISTS', KEYS[1]) == 1 then return 'GONE' end
for i = 1, #ARGV do redis.call('ZADD', KEYS[2], 0, ARGV[i]) end
return 'OK'
