// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice The newest anchored head of an organisation's log
/// @dev One packed storage slot, lowest bytes first: size, anchoredAt (block time, seconds), count of heads so far.
struct Head {
    uint64 size;
    uint64 anchoredAt;
    uint64 count;
}

/// @title IEvidenceLog
/// @notice Heads of append-only logs (RFC 9162). The contract itself checks that each extends the one before
interface IEvidenceLog {
    /// @notice A head is public and will stay
    event HeadAnchored(OrgId indexed org, uint64 size, bytes32 root, uint64 previousSize);

    /// @notice Thrown when the new head does not extend the anchored one; both are given, so that anyone can check
    error InconsistentHead(OrgId org, uint64 oldSize, bytes32 oldRoot, uint64 newSize, bytes32 newRoot);
    /// @notice Thrown when a head covers nothing: a size or root of zero
    error EmptyHead(OrgId org, uint64 size, bytes32 root);
    /// @notice Thrown when a first head comes with a consistency proof, which can prove nothing
    error ProofForFirstHead(OrgId org, uint256 proofLength);
    /// @notice Thrown when the caller's key may not anchor for the organisation now
    error NotAnchorKey(OrgId org, address caller);
    /// @notice Thrown when the organisation is suspended or was never enrolled
    error InactiveMember(OrgId org);
    /// @notice Thrown while the registry is paused
    error AnchoringPaused();
    /// @notice Thrown when the registry's address holds no contract
    error RegistryMissing(address registry);

    /// @notice Anchor a head that extends the anchored one
    /// @param org whose log it is; the caller's key must be registered to it for anchoring
    /// @param newSize leaves in the new tree
    /// @param newRoot its RFC 9162 root
    /// @param proof consistency proof from the anchored head, RFC 9162 section 2.1.4; empty for the first
    /// @return anchored false when exactly this head was anchored before: then nothing changes
    function anchor(OrgId org, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        returns (bool anchored);

    /// @notice The newest anchored head; all zero when there is none
    function head(OrgId org) external view returns (Head memory newest, bytes32 root);

    /// @notice The root anchored at exactly `size`; zero when none was
    function rootAt(OrgId org, uint64 size) external view returns (bytes32);

    /// @notice Whether exactly this head was ever anchored
    function isAnchored(OrgId org, uint64 size, bytes32 root) external view returns (bool);

    /// @notice The registry whose keys count here
    function registry() external view returns (IMemberRegistry);
}
