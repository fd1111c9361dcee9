// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Roles
/// @notice What a member does in the consortium, as bits of one number
library Roles {
    uint256 internal constant SUPPLIER = 1 << 0;
    uint256 internal constant PURCHASER = 1 << 1;
    uint256 internal constant SCORER = 1 << 2;
    uint256 internal constant BANK = 1 << 3;
    uint256 internal constant AUDITOR = 1 << 4;
    uint256 internal constant ACCREDITED_BODY = 1 << 5;
    /// @dev Every bit that means something.
    uint256 internal constant ALL = (1 << 6) - 1;
}
