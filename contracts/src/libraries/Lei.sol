// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";

/// @title Lei
/// @notice Legal entity identifiers (ISO 17442) and the organisation ids made of them
library Lei {
    /// @notice Whether the text is an LEI: 18 of 0-9 and A-Z, then the two check digits of ISO 7064 MOD 97-10
    function isValid(string calldata lei) internal pure returns (bool) {
        bytes calldata text = bytes(lei);
        if (text.length != 20) return false;
        uint256 remainder = 0;
        for (uint256 i = 0; i < 20; ++i) {
            uint8 c = uint8(text[i]);
            if (c >= 0x30 && c <= 0x39) {
                remainder = (remainder * 10 + (c - 0x30)) % 97;
            } else if (c >= 0x41 && c <= 0x5A && i < 18) {
                // A letter counts as two digits, 10 to 35.
                remainder = (remainder * 100 + (c - 0x37)) % 97;
            } else {
                return false;
            }
        }
        // 00, 01 and 99 leave the same remainder as 97, 98 and 02: with them one organisation would have two names.
        uint256 digits = uint256(uint8(text[18])) * 10 + uint8(text[19]) - 0x30 * 11;
        return remainder == 1 && digits >= 2 && digits <= 98;
    }

    /// @notice SHA-256 of the ASCII text `credence/org/v1:` and the LEI
    function orgId(string calldata lei) internal pure returns (OrgId) {
        return OrgId.wrap(sha256(abi.encodePacked("credence/org/v1:", lei)));
    }
}
