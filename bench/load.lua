-- What wrk sends, and what it reports. Usage: wrk ... -s bench/load.lua URL -- MODE [ARGUMENT ...]
--   plain          the URL
--   pipelined N    N requests at a time
--   many P N       /P/00000.bin to /P/(N-1).bin, uniformly at random
--   missing        names that do not exist, at random
--   each P P ...   each of the paths in turn
function init(args)
    local mode = args[1]
    if mode == "pipelined" then
        local requests = string.rep(wrk.format(), tonumber(args[2]))
        request = function() return requests end
    elseif mode == "many" then
        local path, last = "/" .. args[2] .. "/%05d.bin", tonumber(args[3]) - 1
        math.randomseed(os.time())
        request = function() return wrk.format(nil, string.format(path, math.random(0, last))) end
    elseif mode == "missing" then
        math.randomseed(os.time())
        request = function() return wrk.format(nil, string.format("/missing/%08x.html", math.random(0, 4294967295))) end
    elseif mode == "each" then
        local requests, at = {}, 0
        for i = 2, #args do requests[i - 1] = wrk.format(nil, args[i]) end
        request = function()
            at = at % #requests + 1
            return requests[at]
        end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d %d %d %d\n",
        summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
