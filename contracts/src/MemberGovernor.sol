// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMemberGovernor} from "./interfaces/IMemberGovernor.sol";
import {IMemberVotes} from "./interfaces/IMemberVotes.sol";
import {MemberTimelock} from "./MemberTimelock.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title MemberGovernor
/// @notice The members' votes. It makes its own timelock, so that at no moment anybody else can act through that
contract MemberGovernor is IMemberGovernor, GovernorCountingSimple, GovernorTimelockControl {
    /// @inheritdoc IMemberGovernor
    IMemberVotes public immutable votes;
    /// @inheritdoc IMemberGovernor
    uint8 public immutable quorumPercent;

    uint48 private immutable _delay;
    uint32 private immutable _period;
    mapping(uint256 proposalId => mapping(OrgId org => bool)) private _voted;

    /// @param votes_ who has a vote
    /// @param delay seconds from proposal to snapshot: time to read, and for members to have standings noted
    /// @param period seconds from snapshot to the end of the vote
    /// @param quorumPercent_ see `quorumPercent`
    /// @param timelockDelay seconds that a decision waits before it is done
    constructor(IMemberVotes votes_, uint48 delay, uint32 period, uint8 quorumPercent_, uint256 timelockDelay)
        Governor("Credence MemberGovernor")
        GovernorTimelockControl(new MemberTimelock(timelockDelay, address(this)))
    {
        if (delay == 0 || period == 0 || quorumPercent_ == 0 || quorumPercent_ > 100 || timelockDelay == 0) {
            revert VotingTermsRefused(delay, period, quorumPercent_, timelockDelay);
        }
        votes_.registry(); // reverts where there is none
        (votes, _delay, _period, quorumPercent) = (votes_, delay, period, quorumPercent_);
    }

    /// @inheritdoc IMemberGovernor
    function hasMemberVoted(uint256 proposalId, OrgId org) external view returns (bool) {
        return _voted[proposalId][org];
    }

    /// @notice Votes that a proposer needs: only members propose
    function proposalThreshold() public pure override returns (uint256) {
        return 1;
    }

    /// @notice Seconds from proposal to snapshot
    function votingDelay() public view override returns (uint256) {
        return _delay;
    }

    /// @notice Seconds from snapshot to the end of the vote
    function votingPeriod() public view override returns (uint256) {
        return _period;
    }

    /// @notice Members who must vote for or abstain when the snapshot lies at `timepoint`
    function quorum(uint256 timepoint) public view override returns (uint256) {
        return Math.ceilDiv(votes.getPastTotalSupply(timepoint) * quorumPercent, 100);
    }

    /// @inheritdoc IERC6372
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice See `IGovernor`; the timelock knows what became of a queued proposal
    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState)
    {
        return super.state(proposalId);
    }

    /// @notice See `IGovernor`: always
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _getVotes(address account, uint256 timepoint, bytes memory) internal view override returns (uint256) {
        return votes.getPastVotes(account, timepoint);
    }

    /// @dev By organisation and not by address: a member that changes its account has no second vote.
    function _countVote(uint256 proposalId, address account, uint8 support, uint256 weight, bytes memory params)
        internal
        override(Governor, GovernorCountingSimple)
        returns (uint256)
    {
        if (weight == 0) revert NoVote(account, proposalSnapshot(proposalId));
        OrgId org = votes.registry().orgOfAccount(account);
        if (_voted[proposalId][org]) revert MemberVotedAlready(org, proposalId);
        _voted[proposalId][org] = true;
        return super._countVote(proposalId, account, support, weight, params);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
