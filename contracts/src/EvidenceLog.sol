// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Head, IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {Rfc9162} from "./libraries/Rfc9162.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title EvidenceLog
/// @notice Anchors log heads. It has no owner and no way to change: not even its makers can alter what is anchored
contract EvidenceLog is IEvidenceLog {
    /// @dev Slot 0. A root, once set, is never written again, so one slot proves a head at any later block.
    mapping(OrgId org => mapping(uint64 size => bytes32 root)) private _roots;
    /// @dev Slot 1.
    mapping(OrgId org => Head) private _heads;
    /// @inheritdoc IEvidenceLog
    /// @dev Slot 2: in storage and not in the code, so that a storage proof of the log pins the registry.
    IMemberRegistry public registry;

    /// @param registry_ whose keys and members count, for ever
    constructor(IMemberRegistry registry_) {
        if (address(registry_).code.length == 0) revert RegistryMissing(address(registry_));
        registry = registry_;
    }

    /// @inheritdoc IEvidenceLog
    function anchor(OrgId org, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        returns (bool anchored)
    {
        // A retry after a lost answer changes nothing and needs no right.
        if (isAnchored(org, newSize, newRoot)) return false;
        _checkCaller(org);

        Head storage newest = _heads[org];
        uint64 oldSize = newest.size;
        if (newSize == 0 || newRoot == bytes32(0)) revert EmptyHead(org, newSize, newRoot);
        if (oldSize == 0) {
            if (proof.length != 0) revert ProofForFirstHead(org, proof.length);
        } else {
            bytes32 oldRoot = _roots[org][oldSize];
            if (!Rfc9162.isConsistent(oldSize, oldRoot, newSize, newRoot, proof)) {
                revert InconsistentHead(org, oldSize, oldRoot, newSize, newRoot);
            }
        }

        _roots[org][newSize] = newRoot;
        _heads[org] = Head({size: newSize, anchoredAt: uint64(block.timestamp), count: newest.count + 1});
        emit HeadAnchored(org, newSize, newRoot, oldSize);
        return true;
    }

    /// @inheritdoc IEvidenceLog
    function head(OrgId org) external view returns (Head memory newest, bytes32 root) {
        newest = _heads[org];
        root = _roots[org][newest.size];
    }

    /// @inheritdoc IEvidenceLog
    function rootAt(OrgId org, uint64 size) external view returns (bytes32) {
        return _roots[org][size];
    }

    /// @inheritdoc IEvidenceLog
    function isAnchored(OrgId org, uint64 size, bytes32 root) public view returns (bool) {
        return root != bytes32(0) && _roots[org][size] == root;
    }

    function _checkCaller(OrgId org) private view {
        if (registry.paused()) revert AnchoringPaused();
        if (!registry.isActive(org)) revert InactiveMember(org);
        if (!registry.isAnchorKey(org, msg.sender, uint64(block.timestamp))) revert NotAnchorKey(org, msg.sender);
    }
}
