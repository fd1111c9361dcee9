// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title MemberTimelock
/// @notice What the members decide, done after a delay. The governor alone proposes, cancels and executes; there is no
///         administrator but the timelock itself, so that its roles and delay change by vote only
contract MemberTimelock is TimelockController {
    /// @param minDelay seconds between the end of a vote being queued and its execution
    /// @param governor what may act through it
    constructor(uint256 minDelay, address governor)
        TimelockController(minDelay, _only(governor), _only(governor), address(0))
    {}

    function _only(address one) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }
}
