-- Announces up to `chunk` raw clients of a dead owner as closed, and forgets them.
-- KEYS ids claim     ARGV 1 sweeper 2 claim in ms 3 channel 4 chunk     -> how many are left; -1: the claim is somebody else's
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
for _, id in ipairs(redis.call('SPOP', KEYS[1], ARGV[4])) do redis.call('PUBLISH', ARGV[3], id) end
return redis.call('SCARD', KEYS[1])
