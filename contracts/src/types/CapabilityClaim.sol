// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "./OrgId.sol";

/// @notice What an attestation says of a subject's characteristic in a month; Cpk in millionths (1.67 = 1,670,000)
/// @dev The fields, in this order, are the EAS schema.
struct CapabilityClaim {
    OrgId subject;
    bytes32 characteristic; // SHA-256 of what the purchaser calls it
    uint32 month; // year * 12 + month - 1, UTC
    uint32 n; // values of the month
    int64 cpkMicro; // point estimate, rounded down
    int64 upperMicro; // 95 % upper confidence bound, rounded up
    OrgId evidenceOrg; // in whose log the series lie
    uint64 evidenceSize;
    bytes32 evidenceRoot;
}
