// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IMemberVotes} from "./interfaces/IMemberVotes.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title MemberVotes
/// @notice One member, one vote, read from the registry; nobody can give, take or move a vote here
contract MemberVotes is IMemberVotes {
    using Checkpoints for Checkpoints.Trace208;

    /// @inheritdoc IMemberVotes
    IMemberRegistry public immutable registry;

    /// @dev Per member 1 while noted as suspended, and how many are.
    mapping(OrgId org => Checkpoints.Trace208) private _suspended;
    Checkpoints.Trace208 private _suspendedCount;

    constructor(IMemberRegistry registry_) {
        if (address(registry_).code.length == 0) revert RegistryMissing(address(registry_));
        registry = registry_;
    }

    /// @inheritdoc IMemberVotes
    function noteStanding(OrgId org) external {
        registry.member(org); // an unknown one has no standing
        bool suspended = !registry.isActive(org);
        if (suspended == notedSuspended(org)) revert StandingUnchanged(org, suspended);
        uint208 count = _suspendedCount.latest();
        _suspended[org].push(clock(), suspended ? 1 : 0);
        _suspendedCount.push(clock(), suspended ? count + 1 : count - 1);
        emit StandingNoted(org, suspended);
    }

    /// @inheritdoc IMemberVotes
    function notedSuspended(OrgId org) public view returns (bool) {
        return _suspended[org].latest() == 1;
    }

    /// @inheritdoc IMemberVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        uint48 past = _past(timepoint);
        OrgId org = registry.orgOfAccount(account);
        if (org.isZero() || !registry.isActive(org) || registry.member(org).enrolledAt > past) return 0;
        return _suspended[org].upperLookupRecent(past) == 1 ? 0 : 1;
    }

    /// @inheritdoc IMemberVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        uint48 past = _past(timepoint);
        return _enrolledBy(past) - _suspendedCount.upperLookupRecent(past);
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev Members are listed in the order in which they were enrolled: the first one enrolled later is looked for.
    function _enrolledBy(uint48 past) private view returns (uint256) {
        uint256 low = 0;
        uint256 high = registry.memberCount();
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (registry.member(registry.memberAt(middle)).enrolledAt <= past) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    function _past(uint256 timepoint) private view returns (uint48) {
        if (timepoint >= clock()) revert FutureLookup(timepoint, clock());
        return uint48(timepoint);
    }
}
