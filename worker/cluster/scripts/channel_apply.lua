-- Every change that one owner makes to one channel, in one step: users who joined and left, and its number of subscribers.
-- Members whose first hold came or whose last one went are published on the topic with the channel's next version.
-- KEYS state fence members extra held, and the app's stream where it is told
-- ARGV 1 owner
--      2 number of its connection: nothing comes late from an older one; '' where the owner is dead: it is fenced, and its rows go
--      3 run of Redis, 8 characters 4 nonce 5 topic
--      6 its number of subscribers that it wants; 'clear': it holds nothing here any more, whatever is written
--      7 digest of its users, '0': none
--      8 total: '' is not told, 'change' is told when it changed, 'late' when the last one that was told is another
--      9 '1': answer the members
--      10 limit of members, 0 for none; dead or clear: how many of its users go at most
--      11 largest total, 0 for none: it gets as many as are left 12 so many it has already, and keeps whatever the total is
--      13.. op user info     op: '+' join, '!' join whatever the limit is, '-' leave
-- -> error FENCED, or {generation, version, total, 1 it was told or 0, ms until it may be told, 1 more users to go or 0,
--    {per op: 1 announced, 0 not, -1 full}, {user, info, ...} where asked for, its number of subscribers that is counted}
local call, state, fence, members, extra, held = redis.call, KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local owner, dead, run, topic, limit = ARGV[1], ARGV[2] == '', ARGV[3], ARGV[5], tonumber(ARGV[10])
local stream = KEYS[6]
local live = not dead and ARGV[6] ~= 'clear'
local floor = call('GET', fence)
if dead then call('SET', fence, '9007199254740991', 'EX', 3600)
elseif floor and tonumber(ARGV[2]) < tonumber(floor) then return redis.error_reply('FENCED') end

local count_of, digest_of = 'c:' .. owner, 'd:' .. owner
local row = call('HMGET', state, 'g', 'q', 't', count_of, digest_of)
local generation, version, total = row[1], tonumber(row[2] or 0), tonumber(row[3] or 0)
local count, before = tonumber(row[4] or 0), total
if not generation or string.sub(generation, 1, 8) ~= run then
  generation = run .. ARGV[4]
  call('HSET', state, 'g', generation)
end

local changes, results = {}, {}
local function tell_stream(event, user)
  if not stream then return end
  local channel = string.match(state, ':([^:]*)}:state$')
  local entry = {'event', event, 'channel', channel}
  if user then entry[5], entry[6] = 'user_id', user end
  call('XADD', stream, 'MAXLEN', '~', 100000, '*', unpack(entry))
end
if live and before == 0 and tonumber(ARGV[6]) > 0 then tell_stream('channel_occupied') end
local function join(user, info, bounded)
  if call('SADD', held, user) == 0 then return 0 end
  if call('HSETNX', members, user, info) == 0 then call('HINCRBY', extra, user, 1) return 0 end
  if bounded and limit > 0 and call('HLEN', members) > limit then
    call('HDEL', members, user)
    call('SREM', held, user)
    return -1
  end
  tell_stream('member_added', user)
  changes[#changes + 1] = '+' .. #user .. ':' .. user .. #info .. ':' .. info
  return 1
end
local function leave(user)                                                     -- whom `held` has not any more
  local others = call('HGET', extra, user)
  if others == '1' then call('HDEL', extra, user) return 0 end
  if others then call('HINCRBY', extra, user, -1) return 0 end
  call('HDEL', members, user)
  tell_stream('member_removed', user)
  changes[#changes + 1] = '-' .. #user .. ':' .. user
  return 1
end
local function publish(kind, text)
  version = call('HINCRBY', state, 'q', 1)
  call('PUBLISH', topic, kind .. ' ' .. generation .. ' ' .. version .. ' ' .. text)
end

if live then
  for i = 13, #ARGV, 3 do
    local op, user = ARGV[i], ARGV[i + 1]
    if op == '-' then results[#results + 1] = call('SREM', held, user) == 1 and leave(user) or 0
    else results[#results + 1] = join(user, ARGV[i + 2], op == '+') end
  end
else
  for _, user in ipairs(call('SPOP', held, limit)) do leave(user) end
end
if #changes > 0 then publish('M1', table.concat(changes)) end

local more = live and 0 or call('EXISTS', held)
local wanted = live and tonumber(ARGV[6]) or more == 1 and count or 0
if live and ARGV[11] ~= '0' then
  wanted = math.max(tonumber(ARGV[12]), math.min(wanted, tonumber(ARGV[11]) - (total - count)))
end
if wanted ~= count then
  total = call('HINCRBY', state, 't', wanted - count)
  if wanted == 0 then call('HDEL', state, count_of) else call('HSET', state, count_of, wanted) end
end
local digest = live and ARGV[7] or more == 1 and row[5] or '0'
if digest ~= (row[5] or '0') then
  if digest == '0' then call('HDEL', state, digest_of) else call('HSET', state, digest_of, digest) end
end

if total == 0 and before > 0 then tell_stream('channel_vacated') end

-- Up to 100 subscribers every change is told, above them one in 5 s, and at last the last one.
local told, wait = 0, 0
local function tell_total()
  if total > 100 then
    local time = call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local last = call('HMGET', state, 'told', 'told_at')
    if tonumber(last[1] or 0) == total then return end
    wait = math.max(0, tonumber(last[2] or 0) + 5000 - now)
    if wait > 0 then return end
    call('HSET', state, 'told', total, 'told_at', string.format('%.0f', now))
  elseif before > 100 then call('HDEL', state, 'told') end
  publish('C1', total)
  told = 1
end
if ARGV[8] == 'late' and total > 100 or ARGV[8] ~= '' and total ~= before then tell_total() end

local snapshot = ARGV[9] == '1' and call('HGETALL', members) or {}
if total == 0 and call('EXISTS', members) == 0 then call('DEL', state) end
return {generation, version, total, told, wait, more, results, snapshot, wanted}
