// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {ICreditResolver} from "./ICreditResolver.sol";
import {IPolicyRegistry} from "./IPolicyRegistry.sol";

/// @notice The newest score of a subject under a policy; points are micro-points, times seconds since 1970
struct CreditStanding {
    bytes32 uid; // of its last attestation; zero when no score is live
    uint32 points;
    uint32 low;
    uint32 high;
    uint8 band;
    uint8 state; // 0 rated, 1 not rated
    uint64 attestedAt;
    uint64 expires;
    uint256 owners; // organisations whose own newest attestation says exactly the same
}

/// @title IPolicyCreditResolver
/// @notice `ICreditResolver` with the same schema, which also asks that the members adopted the policy of the score
/// @dev Per subject, policy and attesting organisation only the newest attestation counts: it supersedes the others,
///      and when it is revoked or expires nothing stands in for it. So one owner counts once, however often it attests.
///      The newest score is that of the newest live attestation; attestations agree when everything but their heads is
///      equal: points, interval, band, state, inputs and card. From the first attestation of a new card to the k-th no
///      score counts for k; one attester alone can hold a score up in this way, and raise none.
interface IPolicyCreditResolver is ICreditResolver {
    /// @notice Thrown when the policy of the score counts not now
    error PolicyNotAdopted(bytes32 policy, uint64 nowTime);
    /// @notice Thrown when the policies are those of another registry of members
    error RegistryMismatch(address log, address policies);

    /// @notice Whether at least `k` owners agree on the newest score and its policy counts now; how many do
    function countsFor(OrgId subject, bytes32 policy, uint256 k) external view returns (bool enough, uint256 owners);

    /// @notice The newest score by attestations that are not revoked, expire after `time`, and are of active scorers
    function standing(OrgId subject, bytes32 policy, uint64 time) external view returns (CreditStanding memory);

    /// @notice The newest attestation of one organisation, live or not; zero when it made none
    function newestOf(OrgId subject, bytes32 policy, OrgId attester) external view returns (bytes32 uid);

    /// @notice Everyone who ever attested this subject under this policy
    function attesters(OrgId subject, bytes32 policy) external view returns (OrgId[] memory);

    /// @notice Where policies are adopted
    function policies() external view returns (IPolicyRegistry);
}
