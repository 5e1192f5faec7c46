#include "worker/cluster/channel_reaper.hpp"

#include <utility>
#include <vector>

#include "common/random.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

const std::string kPage = "200";
const std::string kUsersAScript = "500";

}  // namespace

void ChannelReaper::reap(const std::string& dead, const std::string& claim_ms, Done done) {
  next_page(std::make_shared<Job>(Job{dead, claim_ms, std::move(done)}));
}

void ChannelReaper::next_page(const JobPointer& job) {
  bus_.run(scripts::index_page(), std::vector{keys_.index(job->dead), keys_.claim(job->dead)},
           std::vector{owner_.name(), job->claim_ms, kPage},
           [this, job](bus::Reply reply) { handle_page(job, reply); });
}

void ChannelReaper::handle_page(const JobPointer& job, bus::Reply reply) {
  if (!reply.ok()) return job->done(false);
  if (reply.size() == 0) return job->done(true);
  job->unanswered = reply.size();
  for (std::size_t i = 0; i < reply.size(); ++i) reap_channel(job, std::string(reply[i].text()));
}

void ChannelReaper::reap_channel(const JobPointer& job, const std::string& address) {
  const Telling telling = telling_of_(address);
  const std::string total = telling.total ? "change" : "";
  bus_.run(scripts::channel_apply(), keys_.rows(address, job->dead, telling.stream),
           std::vector{job->dead, std::string(), owner_.run(), random_hex(4), keys_.topic(address), std::string("0"),
                       std::string("0"), total, std::string("0"), kUsersAScript, std::string("0"), std::string("0")},
           [this, job, address](bus::Reply reply) {
             if (reply.ok() && reply[5].integer() == 1) return reap_channel(job, address);
             if (!reply.ok()) job->failed = true;
             else bus_.command(std::vector<std::string>{"ZREM", keys_.index(job->dead), address}, [](bus::Reply) {});
             if (--job->unanswered > 0) return;
             if (job->failed) job->done(false);
             else next_page(job);
           });
}

}  // namespace belfry::cluster
