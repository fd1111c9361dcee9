// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ReferenceTree
/// @notice Roots and proofs by the recursive definitions of RFC 9162 sections 2.1.1 and 2.1.4.1, which share nothing
///         with the verification under test. Slow, for small trees
library ReferenceTree {
    /// @dev Root over leaf hashes low (inclusive) to high (exclusive).
    function root(bytes32[] memory leaves, uint256 low, uint256 high) internal pure returns (bytes32) {
        if (high - low == 1) return leaves[low];
        uint256 middle = low + split(high - low);
        return sha256(abi.encodePacked(hex"01", root(leaves, low, middle), root(leaves, middle, high)));
    }

    /// @dev PROOF(m, D[n]) for m = oldSize, n = newSize.
    function consistency(bytes32[] memory leaves, uint256 oldSize, uint256 newSize)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        proof = subproof(leaves, oldSize, 0, newSize, true);
    }

    function subproof(bytes32[] memory leaves, uint256 m, uint256 low, uint256 high, bool complete)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (m == high - low) {
            return complete ? new bytes32[](0) : append(new bytes32[](0), root(leaves, low, high));
        }
        uint256 k = split(high - low);
        if (m <= k) {
            return append(subproof(leaves, m, low, low + k, complete), root(leaves, low + k, high));
        }
        return append(subproof(leaves, m - k, low + k, high, false), root(leaves, low, low + k));
    }

    /// @dev Largest power of two smaller than width, which is at least 2.
    function split(uint256 width) internal pure returns (uint256 k) {
        k = 1;
        while (k * 2 < width) k *= 2;
    }

    function append(bytes32[] memory list, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }

    /// @dev `count` leaf hashes, told apart by `salt`.
    function grow(bytes32 salt, uint256 count) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            leaves[i] = sha256(abi.encodePacked(hex"00", salt, i));
        }
    }
}
