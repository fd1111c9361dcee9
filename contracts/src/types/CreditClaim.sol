// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "./OrgId.sol";

/// @notice What an attestation says of a subject; points are micro-points (100 points = 100,000,000)
/// @dev The fields, in this order, are the EAS schema.
struct CreditClaim {
    OrgId subject;
    bytes32 policy; // SHA-256 of the score policy
    uint32 points;
    uint32 low; // lower end of the interval
    uint32 high; // upper end of the interval
    uint8 band; // index into the policy's bands
    uint8 state; // 0 rated, 1 not rated
    bytes32 inputs; // digest over the evidence that was scored
    bytes32 card; // digest of the score card
    OrgId[] headOrgs; // whose logs the evidence lies in
    uint64[] headSizes;
    bytes32[] headRoots;
}
