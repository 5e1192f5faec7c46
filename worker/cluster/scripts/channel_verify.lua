-- Compares what one owner has in one channel with what it wants to have, and answers its rows only where they differ.
-- KEYS state fence members held
-- ARGV 1 owner 2 number of its connection: what is still under way on an older one is refused from here on 3 run of Redis 4 nonce
--      5 its number of subscribers 6 digest of its users 7 how many they are 8 '1': answer the members
-- -> error FENCED, or {generation, version, total, 1 the same or 0, {its users, where they are not}, {user, info, ...} where asked for}
local call, state, members, held = redis.call, KEYS[1], KEYS[3], KEYS[4]
local floor, connection = tonumber(call('GET', KEYS[2]) or 1), tonumber(ARGV[2])
if connection < floor then return redis.error_reply('FENCED') end
if connection > floor then call('SET', KEYS[2], connection, 'EX', 3600) end
local row = call('HMGET', state, 'g', 'q', 't', 'c:' .. ARGV[1], 'd:' .. ARGV[1])
local generation = row[1] or ''
if row[1] and string.sub(generation, 1, 8) ~= ARGV[3] then
  generation = ARGV[3] .. ARGV[4]
  call('HSET', state, 'g', generation)
end
local same = (row[4] or '0') == ARGV[5] and (row[5] or '0') == ARGV[6] and call('SCARD', held) == tonumber(ARGV[7])
return {generation, tonumber(row[2] or 0), tonumber(row[3] or 0), same and 1 or 0, same and {} or call('SMEMBERS', held),
        ARGV[8] == '1' and call('HGETALL', members) or {}}
