#include "worker/pusher/channel_queries.hpp"

#include <charconv>
#include <set>
#include <utility>

#include "worker/pusher/app.hpp"
#include "worker/pusher/envelope.hpp"
#include "worker/pusher/hub.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kNamesAPage = 1000;
constexpr std::size_t kChannelsAtOnce = 200;  // the replies to so many may come in one loop turn

std::uint64_t number_of(bus::Reply reply) {
  std::uint64_t number = 0;
  std::from_chars(reply.text().data(), reply.text().data() + reply.text().size(), number);
  return number;
}

}  // namespace

// ---- the facts of channels that are known by name

struct ChannelQueries::Collection {
  const App& app;
  Wanted wanted;
  Then<Channels> then;
  std::vector<std::string> names;
  std::size_t next = 0;        // of names, to be asked
  std::size_t unanswered = 0;  // replies
  bool failed = false;
  Channels channels = {};
};

void ChannelQueries::facts(const App& app, const std::vector<std::string>& channels, Wanted wanted,
                           Then<Channels> then) {
  collect(std::make_shared<Collection>(Collection{app, wanted, std::move(then), channels}));
}

void ChannelQueries::collect(const CollectionPointer& collection) {
  if (collection->failed) return collection->then(std::nullopt);
  if (collection->next == collection->names.size()) return collection->then(std::move(collection->channels));
  ++collection->unanswered;  // until all are asked
  for (std::size_t i = 0; i < kChannelsAtOnce && collection->next < collection->names.size(); ++i)
    read_facts(collection, collection->names[collection->next++]);
  if (--collection->unanswered == 0) collect(collection);
}

void ChannelQueries::read_facts(const CollectionPointer& collection, const std::string& channel) {
  const std::string address = address_of(collection->app, channel);
  Facts& facts = collection->channels[channel];
  ask(collection, {"HGET", keys_.state(address), "t"}, [&](bus::Reply r) { facts.subscribers = number_of(r); });
  if (collection->wanted.users)
    ask(collection, {"HLEN", keys_.members(address)},
        [&](bus::Reply r) { facts.users = static_cast<std::uint64_t>(r.integer()); });
  if (!collection->wanted.kept) return;
  ask(collection, {"GET", keys_.kept(address)}, [&](bus::Reply r) {
    if (const auto envelope = unwrap(r.text())) facts.kept = Kept{std::string(envelope->text), 0};
  });
  ask(collection, {"PTTL", keys_.kept(address)}, [&](bus::Reply r) {
    if (facts.kept) facts.kept->ttl_ms = r.integer();
  });
}

// What `on_reply` refers to lives in the collection.
void ChannelQueries::ask(const CollectionPointer& collection, std::vector<std::string> words,
                         std::function<void(bus::Reply)> on_reply) {
  ++collection->unanswered;
  bus_.query(words, [this, collection, on_reply = std::move(on_reply)](bus::Reply reply) {
    if (reply.ok()) on_reply(reply);
    else collection->failed = true;
    if (--collection->unanswered == 0) collect(collection);
  });
}

// ---- all channels of an app: those in the indexes of the owners

struct ChannelQueries::Listing {
  const App& app;
  std::string beginning;  // of the addresses
  Wanted wanted;
  Then<Channels> then;
  std::size_t unfinished = 0;  // owners
  bool failed = false;
  std::set<std::string> names = {};
};

void ChannelQueries::occupied(const App& app, std::string_view prefix, Wanted wanted, Then<Channels> then) {
  const auto listing = std::make_shared<Listing>(Listing{app, address_of(app, prefix), wanted, std::move(then)});
  bus_.query(std::vector<std::string>{"ZRANGE", keys_.owners(), "0", "-1"}, [this, listing](bus::Reply reply) {
    listing->failed = !reply.ok();
    listing->unfinished = reply.size();
    if (reply.size() == 0) return finish(listing);
    for (std::size_t i = 0; i < reply.size(); ++i)
      list_owner(listing, std::string(reply[i].text()), "[" + listing->beginning);
  });
}

// `from` is a bound of ZRANGEBYLEX.
void ChannelQueries::list_owner(const ListingPointer& listing, const std::string& owner, const std::string& from) {
  const std::vector<std::string> page = {
      "ZRANGEBYLEX", keys_.index(owner),         from, "[" + listing->beginning + "\xff", "LIMIT",
      "0",           std::to_string(kNamesAPage)};
  bus_.query(page, [this, listing, owner](bus::Reply reply) {
    const std::size_t app_and_colon = listing->app.settings.id.size() + 1;
    for (std::size_t i = 0; i < reply.size(); ++i)
      listing->names.emplace(reply[i].text().substr(std::min(app_and_colon, reply[i].text().size())));
    if (reply.size() == kNamesAPage)
      return list_owner(listing, owner, "(" + std::string(reply[reply.size() - 1].text()));
    listing->failed = listing->failed || !reply.ok();
    if (--listing->unfinished == 0) finish(listing);
  });
}

// Users' channels and our own are nobody's to see; a name with a colon belongs to an app whose id begins like this
// one's.
void ChannelQueries::finish(const ListingPointer& listing) {
  if (listing->failed) return listing->then(std::nullopt);
  std::vector<std::string> names;
  for (const std::string& name : listing->names)
    if (name.find_first_of("#:!") == std::string::npos) names.push_back(name);
  facts(listing->app, names, listing->wanted, [listing](std::optional<Channels> channels) {
    if (channels) std::erase_if(*channels, [](const auto& named) { return named.second.subscribers == 0; });
    listing->then(std::move(channels));
  });
}

// ---- members

void ChannelQueries::users(const App& app, std::string_view channel, Then<std::vector<User>> then) {
  bus_.query(std::vector<std::string>{"HGETALL", keys_.members(address_of(app, channel))},
             [then = std::move(then)](bus::Reply reply) {
               if (!reply.ok()) return then(std::nullopt);
               std::vector<User> users;
               for (std::size_t i = 0; i + 1 < reply.size(); i += 2)
                 users.push_back({std::string(reply[i].text()), std::string(reply[i + 1].text())});
               then(std::move(users));
             });
}

}  // namespace belfry::pusher
