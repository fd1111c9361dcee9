// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccreditationRegistry} from "../src/interfaces/IAccreditationRegistry.sol";
import {CoSign, IRepairBook} from "../src/interfaces/IRepairBook.sol";
import {RepairBook} from "../src/RepairBook.sol";
import {addressKey} from "../src/types/KeyId.sol";
import {Roles} from "../src/types/Roles.sol";
import {RepairFixture} from "./support/RepairFixture.sol";

contract RepairCoSignTest is RepairFixture {
    bytes32 private claim;
    uint64 private now_;

    function setUp() public override {
        super.setUp();
        claim = open(DOCUMENT, SCOPE);
        now_ = uint64(block.timestamp);
    }

    function testAnAccreditedBodyCoSignsAndAnybodyMayBringItsSignature() external {
        uint64 deadline = now_ + 1 days;
        bytes memory signed = signature(claim, deadline);
        vm.expectEmit(address(repairs));
        emit IRepairBook.RepairCoSigned(claim, body, SEEN);
        vm.prank(STRANGER);
        repairs.coSign(claim, body, SEEN, deadline, signed);
        require(repairs.isCosigned(claim, now_) && !repairs.isCosigned(claim, now_ - 1), "when");
        require(repairs.inRepair(supplier, now_), "not in repair");
        CoSign memory given = repairs.coSigns(claim)[0];
        require(given.body == body && given.evidence == SEEN && given.signedAt == now_, "content");
    }

    function testWithoutAccreditationOutOfScopeOrExpiredItIsRefused() external {
        // Another scope than the claim's.
        bytes32 foreign = open(DOCUMENT, "another scope");
        refuseCoSign(foreign, notAccredited("another scope"));
        // Another body, which has none.
        vm.prank(ENROLLER);
        registry.setRoles(second, Roles.ACCREDITED_BODY);
        bytes memory signed =
            sign(SECOND_SECRET, secondAccount, repairs.coSignDigest(claim, second, SEEN, now_ + 1 days));
        vm.expectRevert(abi.encodeWithSelector(IRepairBook.NotAccredited.selector, second, SCOPE, now_));
        repairs.coSign(claim, second, SEEN, now_ + 1 days, signed);
        // Withdrawn, expired, without the member's role, barred.
        vm.prank(ACCREDITOR);
        accreditations.withdraw(body, SCOPE);
        refuseCoSign(claim, notAccredited(SCOPE));
        accredit(SCOPE, now_ + 30 days);
        vm.warp(now_ + 30 days);
        refuseCoSign(claim, notAccredited(SCOPE));
        vm.warp(now_ + 29 days);
        vm.prank(ENROLLER);
        registry.setRoles(body, Roles.AUDITOR);
        refuseCoSign(claim, notAccredited(SCOPE));
        vm.prank(ENROLLER);
        registry.setRoles(body, Roles.ACCREDITED_BODY);
        bar(uint64(block.timestamp));
        refuseCoSign(claim, notAccredited(SCOPE));
    }

    function testWrongSignaturesAreRefused() external {
        uint64 deadline = now_ + 1 days;
        bytes32 digest = repairs.coSignDigest(claim, body, SEEN, deadline);
        refuseSignature(deadline, sign(SUPPLIER_OPERATOR_SECRET, bodyAccount, digest));
        refuseSignature(deadline, sign(BODY_SECRET, supplierAccount, digest));
        refuseSignature(deadline + 1, sign(BODY_SECRET, bodyAccount, digest));
        refuseSignature(deadline, "");
        // The bare digest, without the account's own wrapping.
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BODY_SECRET, digest);
        refuseSignature(deadline, abi.encodePacked(r, s, v));
        // Of another book, so of another chain or deployment.
        RepairBook elsewhere = new RepairBook(accreditations, 3, 2);
        refuseSignature(
            deadline, sign(BODY_SECRET, bodyAccount, elsewhere.coSignDigest(claim, body, SEEN, deadline))
        );
        bytes memory right = sign(BODY_SECRET, bodyAccount, digest);
        vm.prank(ENROLLER);
        registry.retireKey(addressKey(vm.addr(BODY_SECRET)));
        refuseSignature(deadline, right);
    }

    function testFuzzNoRandomSignatureIsABodysCoSign(bytes calldata signed, uint64 deadline) external {
        deadline = uint64(bound(deadline, now_, type(uint64).max));
        refuseSignature(deadline, signed);
    }

    function testASignatureHoldsUntilItsDeadlineOnly() external {
        bytes memory signed = signature(claim, now_);
        vm.warp(now_ + 1);
        vm.expectRevert(abi.encodeWithSelector(IRepairBook.SignatureExpired.selector, now_, now_ + 1));
        repairs.coSign(claim, body, SEEN, now_, signed);
        vm.warp(now_);
        repairs.coSign(claim, body, SEEN, now_, signed);
    }

    function testARevokedCoSignEndsAndCannotBeBroughtAgain() external {
        coSign(claim);
        vm.warp(now_ + 5 days);
        bytes memory call_ = abi.encodeCall(repairs.revokeCoSign, (claim));
        act(bodyAccount, BODY_SECRET, address(repairs), call_);
        require(repairs.isCosigned(claim, now_ + 5 days - 1), "the past changed");
        require(!repairs.isCosigned(claim, now_ + 5 days), "it stands");
        refuseCoSign(claim, abi.encodeWithSelector(IRepairBook.CoSignRefused.selector, claim, body, 1));
        bytes memory reason = abi.encodeWithSelector(IRepairBook.NoCoSign.selector, claim, body);
        refuseAct(bodyAccount, BODY_SECRET, address(repairs), call_, reason);
        reason = abi.encodeWithSelector(IRepairBook.NoCoSign.selector, claim, supplier);
        refuseAct(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), call_, reason);
    }

    function testABarredBodyTakesItsCoSignsWithItFromTheCutOffOn() external {
        coSign(claim);
        vm.warp(now_ + 10 days);
        bar(now_ + 4 days);
        require(repairs.isCosigned(claim, now_ + 4 days - 1), "taken before the cut-off");
        require(!repairs.isCosigned(claim, now_ + 4 days), "left at the cut-off");
        require(!repairs.inRepair(supplier, now_ + 4 days), "in repair");
        bar(now_);
        require(!repairs.isCosigned(claim, now_), "one signed at the cut-off counts");
    }

    function testAnotherBodysCoSignOutlivesTheBarredOnes() external {
        coSign(claim);
        vm.prank(ENROLLER);
        registry.setRoles(second, Roles.ACCREDITED_BODY);
        bytes32[] memory scopes = new bytes32[](1);
        scopes[0] = SCOPE;
        vm.prank(ACCREDITOR);
        accreditations.grant(second, scopes, now_ + 1 days);
        bytes memory signed =
            sign(SECOND_SECRET, secondAccount, repairs.coSignDigest(claim, second, SEEN, now_ + 1 days));
        repairs.coSign(claim, second, SEEN, now_ + 1 days, signed);
        bar(now_);
        // And an accreditation that runs out takes nothing with it.
        require(repairs.isCosigned(claim, now_ + 20 days), "it fell with the other");
    }

    function testABodyCoSignsTwoClaimsADayAndMoreTheNext() external {
        coSign(claim);
        coSign(open("second", SCOPE));
        bytes32 third = open("third", SCOPE);
        bytes memory reason = abi.encodeWithSelector(
            IRepairBook.DailyLimit.selector, body, block.timestamp / 1 days, uint32(2)
        );
        refuseCoSign(third, reason);
        vm.warp((block.timestamp / 1 days + 1) * 1 days);
        coSign(third);
    }

    function testNobodyCoSignsItsOwnClaimOrOneThatIsOverOrUnknown() external {
        vm.prank(ENROLLER);
        registry.setRoles(supplier, Roles.SUPPLIER | Roles.ACCREDITED_BODY);
        vm.expectRevert(abi.encodeWithSelector(IRepairBook.OwnClaim.selector, claim, supplier));
        repairs.coSign(claim, supplier, SEEN, now_ + 1 days, "");
        refuseCoSign("x", abi.encodeWithSelector(IRepairBook.UnknownClaim.selector, bytes32("x")));
        vm.warp(now_ + 60 days);
        refuseCoSign(claim, abi.encodeWithSelector(IRepairBook.ClaimOver.selector, claim, now_ + 60 days));
        vm.warp(now_ + 1 days);
        act(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), abi.encodeCall(repairs.withdraw, (claim)));
        refuseCoSign(claim, abi.encodeWithSelector(IRepairBook.ClaimOver.selector, claim, now_ + 1 days));
    }

    function testPausingStopsCoSignsButNotRevocations() external {
        coSign(claim);
        bytes32 another = open("second", SCOPE);
        vm.prank(PAUSER);
        registry.pause();
        refuseCoSign(another, abi.encodeWithSelector(IRepairBook.RepairsPaused.selector));
        act(bodyAccount, BODY_SECRET, address(repairs), abi.encodeCall(repairs.revokeCoSign, (claim)));
        require(!repairs.isCosigned(claim, uint64(block.timestamp)), "it stands");
    }

    function testABookOnNothingOrWithoutLimitsCannotBeMade() external {
        refuseMaking(IAccreditationRegistry(STRANGER), 1, 1);
        refuseMaking(accreditations, 0, 1);
        refuseMaking(accreditations, 1, 0);
    }

    function refuseMaking(IAccreditationRegistry on, uint32 claims, uint32 coSigns) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRepairBook.RepairMisconfigured.selector, address(on), claims, coSigns)
        );
        new RepairBook(on, claims, coSigns);
    }

    function refuseSignature(uint64 deadline, bytes memory signed) private {
        vm.expectRevert(abi.encodeWithSelector(IRepairBook.SignatureRefused.selector, body, address(bodyAccount)));
        repairs.coSign(claim, body, SEEN, deadline, signed);
    }

    function notAccredited(bytes32 scope) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRepairBook.NotAccredited.selector, body, scope, uint64(block.timestamp));
    }
}
