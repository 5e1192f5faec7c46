#include "worker/cluster/own_users.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace belfry::cluster {
namespace {

struct OwnUsersTest {
  OwnUsers::Entry& add(const std::string& user) { return users.add(user, "{}"); }
  // "+a -b", sorted.
  std::string ops(std::size_t most = 100) {
    std::vector<std::string> texts;
    for (const OwnUsers::Op& op : users.take_ops(most)) texts.push_back(op.kind + op.user);
    std::ranges::sort(texts);
    std::string all;
    for (const std::string& text : texts) all.append(all.empty() ? "" : " ").append(text);
    return all;
  }

  OwnUsers users;
};

TEST_CASE_FIXTURE(OwnUsersTest, "the first subscriber who is a user writes him, the last one takes him back") {
  OwnUsers::Entry& a = add("a");
  CHECK(&add("a") == &a);
  CHECK(ops() == "+a");
  users.remove(a, false);
  CHECK(ops().empty());
  users.remove(a, false);
  CHECK(ops() == "-a");
  CHECK(users.is_empty());
}

TEST_CASE_FIXTURE(OwnUsersTest, "who is kept stays written when his last subscriber goes") {
  OwnUsers::Entry& a = add("a");
  ops();
  users.remove(a, true);
  CHECK(ops().empty());
  CHECK(users.written() == 1);
  CHECK_FALSE(users.holds("a"));
}

TEST_CASE_FIXTURE(OwnUsersTest, "who comes and goes, or goes and comes, within one turn is not written about") {
  users.remove(add("a"), false);
  CHECK(ops().empty());
  CHECK(users.is_empty());
  OwnUsers::Entry& b = add("b");
  CHECK(ops() == "+b");
  users.remove(b, false);
  add("b");
  CHECK(ops().empty());
  CHECK(users.holds("b"));
}

TEST_CASE_FIXTURE(OwnUsersTest, "ops are taken in portions") {
  for (const char* user : {"a", "b", "c"}) add(user);
  CHECK(ops(2) == "+a +b");
  CHECK(users.has_ops());
  CHECK(ops(2) == "+c");
  CHECK_FALSE(users.has_ops());
}

TEST_CASE_FIXTURE(OwnUsersTest, "the digest is that of who is written") {
  add("a");
  CHECK(users.digest() == 0);
  OwnUsers::Entry& b = add("b");
  ops();
  const std::uint64_t both = users.digest();
  CHECK(users.written() == 2);
  users.remove(b, false);
  ops();
  CHECK(users.digest() != both);
  users.add("b", "{}");
  ops();
  CHECK(users.digest() == both);
}

TEST_CASE_FIXTURE(OwnUsersTest, "who was refused is not written, and is tried when he comes again") {
  OwnUsers::Entry& a = add("a");
  ops();
  users.refused("a");
  CHECK(users.written() == 0);
  users.remove(a, false);
  CHECK(ops().empty());
  add("a");
  CHECK(ops() == "+a");
}

TEST_CASE_FIXTURE(OwnUsersTest, "other rows than ours are set right, without a limit for who had been let in") {
  OwnUsers::Entry& gone = add("gone");
  for (const char* user : {"in", "unsure"}) add(user);
  ops();
  users.admitted("in");
  users.remove(gone, false);
  ops();
  users.reconcile({"gone", "stranger"});
  CHECK(users.written() == 2);
  CHECK(ops() == "!in +unsure -gone -stranger");
}

TEST_CASE_FIXTURE(OwnUsersTest, "who is confirmed has been let in, and a new owner has to write everybody") {
  add("a");
  ops();
  users.confirm();
  users.forget_rows();
  CHECK(users.digest() == 0);
  CHECK(ops() == "!a");
}

}  // namespace
}  // namespace belfry::cluster
