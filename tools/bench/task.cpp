#include "tools/bench/task.hpp"

#include "tools/bench/churn_task.hpp"
#include "tools/bench/fanout_task.hpp"
#include "tools/bench/ping_task.hpp"

namespace belfry::bench {

std::unique_ptr<Task> make_task(const TaskContext& context) {
  switch (context.plan.bench) {
    case Bench::connect: break;
    case Bench::fanout: return std::make_unique<FanoutTask>(context);
    case Bench::ping: return std::make_unique<PingTask>(context);
    case Bench::churn: return std::make_unique<ChurnTask>(context);
  }
  return std::make_unique<Task>(context);
}

}  // namespace belfry::bench
