-- An owner's end: of a live one that has no rows any more, or of a dead one whose sweep is through.
-- KEYS lease record claim index     ARGV 1 sweeper, or '' for the owner itself
if ARGV[1] ~= '' and redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
return 1
