// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rfc9162
/// @notice Consistency of two SHA-256 Merkle trees, RFC 9162 section 2.1.4.2
library Rfc9162 {
    /// @notice Whether the tree of `newSize` leaves begins with the tree of `oldSize` leaves
    /// @dev Equal trees need no proof and have none; from size 0 nothing can be proved, so it is refused.
    /// @param proof the nodes of RFC 9162 section 2.1.4.1, lowest first
    function isConsistent(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal pure returns (bool) {
        if (oldSize == 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;
        // 1. An empty proof proves nothing.
        if (proof.length == 0) return false;

        // 2. and 5. A complete old tree is its own first node; else the proof gives it.
        bool complete = oldSize & (oldSize - 1) == 0;
        bytes32 fr = complete ? oldRoot : proof[0];
        bytes32 sr = fr;
        // 3. and 4. Start at the level of that node.
        uint256 fn = oldSize - 1;
        uint256 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }

        // 6. Walk up; left siblings belong to both trees, right siblings to the new one only.
        for (uint256 i = complete ? 0 : 1; i < proof.length; ++i) {
            if (sn == 0) return false;
            bytes32 c = proof[i];
            if (fn & 1 == 1 || fn == sn) {
                fr = node(c, fr);
                sr = node(c, sr);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = node(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        // 7. Both roots must come out, at the top.
        return fr == oldRoot && sr == newRoot && sn == 0;
    }

    /// @notice Hash of an inner node: SHA-256(0x01, left, right), so that no leaf can pass for a node
    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
