#include "trailwatch/base/files.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch {
namespace {

TEST(Path, Joins) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(join_path("a", "/b"), "/b");
  EXPECT_EQ(join_path("a", "../b"), "a/../b");
}

TEST(Path, HasANameAndADirectory) {
  EXPECT_EQ(base_name("/a/b.csv"), "b.csv");
  EXPECT_EQ(base_name("b.csv"), "b.csv");
  EXPECT_EQ(base_name("a/"), "");
  EXPECT_EQ(directory_name("/a/b.csv"), "/a");
  EXPECT_EQ(directory_name("/b.csv"), "/");
  EXPECT_EQ(directory_name("b.csv"), ".");
}

TEST(Path, IsCleaned) {
  EXPECT_EQ(clean_path("build/demo/county/../reports"), "build/demo/reports");
  EXPECT_EQ(clean_path("./a/./b//c/"), "a/b/c");
  EXPECT_EQ(clean_path("a/b/../.."), ".");
  EXPECT_EQ(clean_path("a/../../b"), "../b");
  EXPECT_EQ(clean_path("../../a/.."), "../..");
  EXPECT_EQ(clean_path("/a/../../b"), "/b");
  EXPECT_EQ(clean_path("//a//"), "/a");
  EXPECT_EQ(clean_path("/.."), "/");
  EXPECT_EQ(clean_path("/"), "/");
  EXPECT_EQ(clean_path("."), ".");
  EXPECT_EQ(clean_path(""), "");
  EXPECT_EQ(clean_path("a/...b/..c/.d"), "a/...b/..c/.d");
}

RC_GTEST_PROP(Path, CleanPathsStayAsTheyAre, ()) {
  const auto parts =
      *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "..", ".", ""));
  std::string path = *rc::gen::element<std::string>("", "/");
  for (const std::string& part : parts) path += part + "/";
  RC_ASSERT(clean_path(clean_path(path)) == clean_path(path));
}

}  // namespace
}  // namespace trailwatch
