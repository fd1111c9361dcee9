// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgAccount} from "../../src/OrgAccount.sol";
import {ScoreFixture} from "./ScoreFixture.sol";

/// @title RepairFixture
/// @notice One accredited body, and claims and signatures that are right in every respect
abstract contract RepairFixture is ScoreFixture {
    bytes32 internal constant DOCUMENT = keccak256("a repair claim");
    bytes32 internal constant SEEN = keccak256("what the body saw");

    function setUp() public virtual override {
        super.setUp();
        accredit(SCOPE, uint64(block.timestamp + 365 days));
    }

    function accredit(bytes32 scope, uint64 until) internal {
        bytes32[] memory scopes = new bytes32[](1);
        scopes[0] = scope;
        vm.prank(ACCREDITOR);
        accreditations.grant(body, scopes, until);
    }

    function open(bytes32 document_, bytes32 scope) internal returns (bytes32) {
        bytes memory call_ = abi.encodeCall(repairs.open, (document_, scope, uint64(block.timestamp + 60 days)));
        bytes memory answer = act(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), call_);
        return abi.decode(answer, (bytes32));
    }

    function sign(uint256 secret, OrgAccount account, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, account.messageDigest(digest));
        return abi.encodePacked(r, s, v);
    }

    function signature(bytes32 claim, uint64 deadline) internal view returns (bytes memory) {
        return sign(BODY_SECRET, bodyAccount, repairs.coSignDigest(claim, body, SEEN, deadline));
    }

    function coSign(bytes32 claim) internal {
        uint64 deadline = uint64(block.timestamp + 1 days);
        repairs.coSign(claim, body, SEEN, deadline, signature(claim, deadline));
    }

    /// @dev The body's next co-sign must fail with exactly this reason.
    function refuseCoSign(bytes32 claim, bytes memory reason) internal {
        uint64 deadline = uint64(block.timestamp + 1 days);
        bytes memory signed = signature(claim, deadline);
        vm.expectRevert(reason);
        repairs.coSign(claim, body, SEEN, deadline, signed);
    }

    function bar(uint64 since) internal {
        vm.prank(ACCREDITOR);
        accreditations.bar(body, since);
    }
}
