// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice An organisation: SHA-256 of the ASCII text `credence/org/v1:` followed by its LEI (ISO 17442)
type OrgId is bytes32;

using {orgEquals as ==, orgDiffers as !=, isZero} for OrgId global;

/// @dev Whether both name one organisation.
function orgEquals(OrgId a, OrgId b) pure returns (bool) {
    return OrgId.unwrap(a) == OrgId.unwrap(b);
}

/// @dev Whether they name two organisations.
function orgDiffers(OrgId a, OrgId b) pure returns (bool) {
    return OrgId.unwrap(a) != OrgId.unwrap(b);
}

/// @dev Whether this names nobody.
function isZero(OrgId org) pure returns (bool) {
    return OrgId.unwrap(org) == bytes32(0);
}
