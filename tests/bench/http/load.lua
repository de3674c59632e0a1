-- What wrk sends and prints: the route in BENCH_ROUTE, the token in BENCH_TOKEN, one line of JSON at the end.
if os.getenv("BENCH_ROUTE") ~= "healthz" then
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
end
if os.getenv("BENCH_ROUTE") == "add" then
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  local n = 0
  request = function()
    n = n + 1
    return wrk.format(nil, nil, nil, '{"text":"Post number ' .. n .. ': our app now works offline, on every train and in every tunnel. #offline"}')
  end
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"rate":%.1f,"p50":%.3f,"p99":%.3f,"bad":%d}\n', summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.status + e.connect + e.read + e.write + e.timeout))
end
