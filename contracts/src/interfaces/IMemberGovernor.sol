// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IMemberVotes} from "./IMemberVotes.sol";

/// @title IMemberGovernor
/// @notice What the consortium's votes add to OpenZeppelin's `IGovernor`: every active member has one vote, cast by its
///         account contract; what is decided is done by the timelock that this governor made, after its delay
/// @dev Terms do not change. New terms mean a new governor, to which a vote gives the timelock's roles.
interface IMemberGovernor {
    /// @notice Thrown when the voter was no member at the snapshot, or is none now
    error NoVote(address voter, uint256 snapshot);
    /// @notice Thrown when the organisation voted before, through whichever account
    error MemberVotedAlready(OrgId org, uint256 proposalId);
    /// @notice Thrown when a duration is zero, or the quorum not between 1 and 100 percent
    error VotingTermsRefused(uint48 delay, uint32 period, uint8 quorumPercent, uint256 timelockDelay);

    /// @notice Whether the organisation voted, through whichever account
    function hasMemberVoted(uint256 proposalId, OrgId org) external view returns (bool);

    /// @notice Percent of the members at the snapshot who must vote for or abstain; a fraction counts as one more
    function quorumPercent() external view returns (uint8);

    /// @notice Who has a vote
    function votes() external view returns (IMemberVotes);
}
