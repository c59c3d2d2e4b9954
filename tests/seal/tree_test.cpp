#include "trailwatch/seal/tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "seal/trees.h"

namespace trailwatch::seal {
namespace {

using test::got;
using test::known_leaves;
using test::MemoryTree;

using Hashes = std::vector<Digest>;

// RFC 6962 section 2.1 word by word, over the whole list: slow, and sharing nothing with the tree under test.
Digest naive_root(const Hashes& leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(split);
  const Digest left = naive_root({leaves.begin(), middle}), right = naive_root({middle, leaves.end()});
  return sha256("\x01" + std::string(as_bytes(left)) + std::string(as_bytes(right)));
}
Hashes naive_path(std::size_t index, const Hashes& leaves) {
  if (leaves.size() <= 1) return {};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const Hashes left(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(split));
  const Hashes right(leaves.begin() + static_cast<std::ptrdiff_t>(split), leaves.end());
  Hashes out = index < split ? naive_path(index, left) : naive_path(index - split, right);
  out.push_back(naive_root(index < split ? right : left));
  return out;
}
Hashes naive_subproof(std::size_t size, const Hashes& leaves, bool is_whole) {
  if (size == leaves.size()) return is_whole ? Hashes{} : Hashes{naive_root(leaves)};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const Hashes left(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(split));
  const Hashes right(leaves.begin() + static_cast<std::ptrdiff_t>(split), leaves.end());
  Hashes out = size <= split ? naive_subproof(size, left, is_whole) : naive_subproof(size - split, right, false);
  out.push_back(naive_root(size <= split ? right : left));
  return out;
}
Hashes first(const Hashes& leaves, std::int64_t count) {
  return {leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(Tree, HasTheRootsOfTheClassicInputs) {
  const std::vector<std::string> inputs = {"",
                                           std::string(1, '\0'),
                                           "\x10",
                                           "\x20\x21",
                                           "\x30\x31",
                                           "\x40\x41\x42\x43",
                                           "\x50\x51\x52\x53\x54\x55\x56\x57",
                                           "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const std::vector<std::string> roots = {"e3b0c442", "6e340b9c", "fac54203", "aeb6bcfe", "d37ee418",
                                          "4e3bbb1f", "76e67dad", "ddb89be4", "5dc9da79"};
  MemoryTree tree;
  EXPECT_EQ(to_hex(got(root(tree, 0)), 4), roots[0]);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tree.append({leaf_hash(inputs[i])});
    EXPECT_EQ(to_hex(got(root(tree, tree.size)), 4), roots[i + 1]);
  }
  EXPECT_EQ(to_hex(got(root(tree, 8))), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

// Every size up to one behind a full tile, at each size every leaf and every earlier size: equal to the naive tree, and
// accepted by our own checks. The tree has more leaves than it is asked about, as it has when it grew since.
TEST(Tree, AgreesWithTheDefinitionAtAllSizesTo257) {
  const Hashes leaves = known_leaves(300);
  MemoryTree tree;
  tree.append(leaves);
  for (std::int64_t size = 0; size <= 257; ++size) {
    const Digest now = got(root(tree, size));
    ASSERT_EQ(now, naive_root(first(leaves, size))) << size;
    // The naive proofs cost too much for every pair; every seventh, and all of the small sizes and those near 256.
    const bool is_thorough = size <= 33 || size >= 255 || size % 31 == 0;
    for (std::int64_t index = 0; index < size; ++index) {
      const Hashes proof = got(inclusion_proof(tree, index, size));
      ASSERT_TRUE(proves_inclusion(proof, leaves[static_cast<std::size_t>(index)], index, size, now));
      if (is_thorough && (size <= 33 || index % 16 == 0 || index + 2 >= size)) {
        ASSERT_EQ(proof, naive_path(static_cast<std::size_t>(index), first(leaves, size))) << index << " of " << size;
      }
    }
    for (std::int64_t from = 0; from <= size; ++from) {
      const Hashes proof = got(consistency_proof(tree, from, size));
      ASSERT_TRUE(proves_consistency(proof, from, got(root(tree, from)), size, now)) << from << " to " << size;
      if (from > 0 && is_thorough && (size <= 33 || from % 16 == 0 || from + 2 >= size)) {
        ASSERT_EQ(proof, naive_subproof(static_cast<std::size_t>(from), first(leaves, size), true))
            << from << " " << size;
      }
    }
  }
}

TEST(Tree, GrowsTheSameWhateverThePiecesAreAndWhenItIsReopened) {
  const Hashes leaves = known_leaves(66'200);
  MemoryTree whole;
  whole.append(leaves);
  MemoryTree pieces;
  std::size_t done = 0;
  for (std::size_t step = 1; done < leaves.size(); step = step * 3 % 1'021 + 1) {
    const std::size_t until = std::min(done + step, leaves.size());
    pieces.append(
        {leaves.begin() + static_cast<std::ptrdiff_t>(done), leaves.begin() + static_cast<std::ptrdiff_t>(until)});
    done = until;
  }
  EXPECT_EQ(pieces.tiles, whole.tiles);
  EXPECT_EQ(whole.tiles.size(), 259U + 2U + 1U);
  EXPECT_EQ(got(root(whole, 66'200)), naive_root(leaves));
}

TEST(Tree, AnEdgeShowsWhatIsNotKeptYet) {
  MemoryTree tree;
  const Hashes leaves = known_leaves(600);
  Edge edge = *Edge::open(tree, 0);
  for (const Digest& leaf : leaves) edge.append(leaf);
  EXPECT_EQ(got(root(edge, 600)), naive_root(leaves));
  EXPECT_EQ(got(root(edge, 256)), naive_root(first(leaves, 256)));
  EXPECT_EQ(edge.take_changed().size(), 4U);
  EXPECT_EQ(edge.take_changed().size(), 0U);
}

TEST(Tree, AMissingOrShortTileIsAnErrorThatNamesIt) {
  MemoryTree tree;
  tree.append(known_leaves(600));
  MemoryTree damaged = tree;
  damaged.tiles.at({0, 2}).resize(32 * 80);
  EXPECT_EQ(root(damaged, 600).error().message, "tile 2 of level 0 of the tree is missing or too short");
  EXPECT_EQ(Edge::open(damaged, 600).error().code, Errc::corrupt);
  damaged = tree;
  damaged.tiles.erase({1, 0});
  EXPECT_FALSE(root(damaged, 600).has_value());
  EXPECT_FALSE(inclusion_proof(damaged, 3, 600).has_value());
  EXPECT_FALSE(consistency_proof(damaged, 100, 600).has_value());
}

TEST(Tree, ChecksRefuseWhatIsOutOfRange) {
  const Hashes leaves = known_leaves(8);
  const Digest top = naive_root(leaves);
  EXPECT_FALSE(proves_inclusion({}, leaves[0], 0, 0, empty_root()));
  EXPECT_FALSE(proves_inclusion({}, leaves[0], -1, 8, top));
  EXPECT_FALSE(proves_inclusion({}, top, 8, 8, top));
  EXPECT_FALSE(proves_inclusion({}, top, 0, 8, top));
  EXPECT_TRUE(proves_inclusion({}, leaves[0], 0, 1, leaves[0]));
  EXPECT_TRUE(proves_consistency({}, 0, empty_root(), 8, top));
  EXPECT_FALSE(proves_consistency({}, 0, top, 8, top));
  EXPECT_FALSE(proves_consistency({}, 0, top, 0, top));
  EXPECT_FALSE(proves_consistency({}, 4, top, 8, top));
  EXPECT_FALSE(proves_consistency({}, 9, top, 8, top));
  EXPECT_FALSE(proves_consistency({}, -1, top, 8, top));
  EXPECT_FALSE(proves_consistency({top}, 8, top, 8, top));
}

// One proof with one thing changed: a bit of a hash, a hash dropped, doubled, swapped or added, another index or size.
RC_GTEST_PROP(Tree, AChangedProofProvesNothing, ()) {
  static const Hashes leaves = known_leaves(700);
  static MemoryTree* const tree = [] {
    auto* const made = new MemoryTree;
    made->append(leaves);
    return made;
  }();
  const auto size = *rc::gen::inRange<std::int64_t>(2, 701);
  const auto index = *rc::gen::inRange<std::int64_t>(0, size);
  const auto from = *rc::gen::inRange<std::int64_t>(1, size);
  const Digest top = *root(*tree, size), before = *root(*tree, from), leaf = leaves[static_cast<std::size_t>(index)];
  const bool is_inclusion = *rc::gen::arbitrary<bool>();
  Hashes proof = is_inclusion ? *inclusion_proof(*tree, index, size) : *consistency_proof(*tree, from, size);
  const auto holds = [&](const Hashes& p, std::int64_t at, std::int64_t of) {
    return is_inclusion ? proves_inclusion(p, leaf, at, of, top) : proves_consistency(p, at, before, of, top);
  };
  RC_ASSERT(holds(proof, is_inclusion ? index : from, size));
  const auto where = *rc::gen::inRange<std::size_t>(0, proof.size());
  std::int64_t at = is_inclusion ? index : from;
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      proof[where][*rc::gen::inRange<std::size_t>(0, 32)] ^=
          static_cast<std::uint8_t>(1U << *rc::gen::inRange<unsigned>(0, 8));
      break;
    case 1:
      proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(where));
      break;
    case 2:
      proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(where), proof[where]);
      break;
    case 3:
      proof.push_back(leaf_hash("more"));
      break;
    case 4: {
      const auto other = *rc::gen::inRange<std::size_t>(0, proof.size());
      RC_PRE(proof[other] != proof[where]);
      std::swap(proof[other], proof[where]);
      break;
    }
    default:
      // A larger index may walk the same way up only if it is the same index; an old size likewise.
      at = *rc::gen::inRange<std::int64_t>(is_inclusion ? 0 : 1, size);
      RC_PRE(at != (is_inclusion ? index : from));
  }
  RC_ASSERT(!holds(proof, at, size));
}

TEST(Tiles, PathsAreThoseOfTheSpecification) {
  EXPECT_EQ(tile_path({0, 1'234'067}, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({1, 0}, 17), "tile/1/000.p/17");
  EXPECT_EQ(tile_path({0, 999}, 256), "tile/0/999");
  EXPECT_EQ(tile_path({0, 1'000}, 256), "tile/0/x001/000");
  EXPECT_EQ(entries_path(273, 112), "tile/entries/273.p/112");
}

// The two examples of the specification: 70,000 leaves and 256.
TEST(Tiles, ATreeOfASizeHasTheTilesOfTheSpecification) {
  std::vector<std::string> partial;
  std::int64_t full_0 = 0, full_1 = 0;
  for (const auto& [id, width] : tiles_of(70'000)) {
    if (width < kTileWidth) partial.push_back(tile_path(id, width));
    if (width == kTileWidth) ++(id.level == 0 ? full_0 : full_1);
  }
  EXPECT_EQ(full_0, 273);
  EXPECT_EQ(full_1, 1);
  EXPECT_EQ(partial, (std::vector<std::string>{"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}));
  const auto small = tiles_of(256);
  ASSERT_EQ(small.size(), 2U);
  EXPECT_EQ(tile_path(small[0].first, small[0].second), "tile/0/000");
  EXPECT_EQ(tile_path(small[1].first, small[1].second), "tile/1/000.p/1");
  EXPECT_EQ(tiles_of(0).size(), 0U);
}

TEST(Tiles, AnEntryIsItsLengthAndItsBytes) {
  std::string bundle;
  add_entry(bundle, "abc");
  add_entry(bundle, std::string(258, 'x'));
  EXPECT_EQ(bundle, std::string("\x00\x03"
                                "abc\x01\x02",
                                7) +
                        std::string(258, 'x'));
}

}  // namespace
}  // namespace trailwatch::seal
