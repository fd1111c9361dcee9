// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {OrgId} from "../types/OrgId.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @title IMemberVotes
/// @notice Who had a vote when: one for every organisation that was a member then and is active now
/// @dev The reading half of ERC-5805 over `MemberRegistry`; votes cannot be moved or delegated, so the other half is
///      missing. How the past is known: the registry never forgets or reorders whom it enrolled, and when; that settles
///      who belonged at any moment. It keeps no history of suspensions, so anyone may have the present one noted here.
///      A suspension that nobody noted counts from the moment of the vote on: it takes the vote and leaves the quorum.
interface IMemberVotes is IERC6372 {
    /// @notice A member's standing differs from the one noted before, and is noted from now on
    event StandingNoted(OrgId indexed org, bool suspended);

    /// @notice Thrown when the moment asked for is not over
    error FutureLookup(uint256 timepoint, uint48 nowTime);
    /// @notice Thrown when the standing was noted before, so that there is nothing to note
    error StandingUnchanged(OrgId org, bool suspended);
    /// @notice Thrown when the address holds no registry
    error RegistryMissing(address registry);

    /// @notice Note that a member is suspended, or active again; anyone may
    function noteStanding(OrgId org) external;

    /// @notice Whether the last noted standing of a member is: suspended
    function notedSuspended(OrgId org) external view returns (bool);

    /// @notice 1 when `account` speaks for a member that had a vote at `timepoint` and is active now, else 0
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);

    /// @notice How many members had a vote at `timepoint`, whatever became of them since
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);

    /// @notice The registry whose members vote
    function registry() external view returns (IMemberRegistry);
}
