// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {AccreditationRegistry} from "../src/AccreditationRegistry.sol";
import {IAccreditationRegistry, Term} from "../src/interfaces/IAccreditationRegistry.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {Roles} from "../src/types/Roles.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract AccreditationRegistryTest is ScoreFixture {
    uint64 private now_;

    function setUp() public override {
        super.setUp();
        now_ = uint64(block.timestamp);
    }

    function scopes(bytes32 one) private pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = one;
    }

    function grant(uint64 until) private {
        vm.prank(ACCREDITOR);
        accreditations.grant(body, scopes(SCOPE), until);
    }

    function accredited(uint64 time) private view returns (bool) {
        return accreditations.isAccredited(body, SCOPE, time);
    }

    function testATermRunsFromItsGrantToItsEndForItsScope() external {
        grant(now_ + 1 days);
        require(accredited(now_) && accredited(now_ + 1 days - 1), "not within the term");
        require(!accredited(now_ - 1) && !accredited(now_ + 1 days), "outside the term");
        require(!accreditations.isAccredited(body, "another scope", now_), "another scope");
        require(!accreditations.isAccredited(second, SCOPE, now_), "another body");
    }

    function testATermIsProlongedWithoutAGapOrBegunAnew() external {
        grant(now_ + 10 days);
        vm.warp(now_ + 5 days);
        grant(now_ + 20 days);
        vm.assertEq(accreditations.term(body, SCOPE).from, now_, "the term began anew");
        vm.warp(now_ + 30 days);
        grant(now_ + 40 days);
        Term memory present = accreditations.term(body, SCOPE);
        require(present.from == now_ + 30 days && present.until == now_ + 40 days, "the gap is filled");
    }

    function testAWithdrawnAccreditationEndsNow() external {
        grant(now_ + 10 days);
        vm.warp(now_ + 1 days);
        vm.prank(ACCREDITOR);
        accreditations.withdraw(body, SCOPE);
        require(accredited(now_ + 1 days - 1) && !accredited(now_ + 1 days), "the end");
        vm.prank(ACCREDITOR);
        vm.expectRevert(abi.encodeWithSelector(IAccreditationRegistry.NoTerm.selector, body, SCOPE));
        accreditations.withdraw(body, SCOPE);
        grant(now_ + 10 days);
        require(accredited(now_ + 1 days), "not again");
    }

    function testABarredBodyIsOutFromTheCutOffOnForGoodAndTheCutOffMovesOnlyEarlier() external {
        grant(now_ + 10 days);
        vm.warp(now_ + 5 days);
        bar(now_ + 2 days);
        require(accredited(now_ + 2 days - 1) && !accredited(now_ + 2 days), "the cut-off");
        refuseBar(now_ + 2 days);
        refuseBar(now_ + 3 days);
        refuseBar(now_ + 5 days + 1);
        refuseBar(0);
        bar(now_ + 1 days);
        vm.assertEq(accreditations.barredSince(body), now_ + 1 days, "not earlier");
        vm.prank(ACCREDITOR);
        vm.expectRevert(abi.encodeWithSelector(IAccreditationRegistry.BarredBody.selector, body, now_ + 1 days));
        accreditations.grant(body, scopes(SCOPE), now_ + 20 days);
    }

    function bar(uint64 since) private {
        vm.prank(ACCREDITOR);
        accreditations.bar(body, since);
    }

    function refuseBar(uint64 since) private {
        uint64 declared = accreditations.barredSince(body);
        vm.prank(ACCREDITOR);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccreditationRegistry.BarRefused.selector, body, declared, since, uint64(block.timestamp)
            )
        );
        accreditations.bar(body, since);
    }

    function testOnlyActiveMembersWithTheRoleAreAccredited() external {
        vm.prank(ACCREDITOR);
        vm.expectRevert(abi.encodeWithSelector(IAccreditationRegistry.NotAccreditedBody.selector, second));
        accreditations.grant(second, scopes(SCOPE), now_ + 1 days);
        grant(now_ + 1 days);
        vm.prank(ENROLLER);
        registry.setRoles(body, Roles.AUDITOR);
        require(!accredited(now_), "without the role");
        vm.startPrank(ENROLLER);
        registry.setRoles(body, Roles.ACCREDITED_BODY);
        registry.setActive(body, false);
        vm.stopPrank();
        require(!accredited(now_), "suspended");
    }

    function testScopesAndEndsOutOfBoundsAreRefused() external {
        uint64 latest = now_ + 5 * 365 days;
        refuseEnd(now_, latest);
        refuseEnd(latest + 1, latest);
        grant(latest);
        bytes memory reason = abi.encodeWithSelector(IAccreditationRegistry.ScopesRefused.selector, 1, 32);
        refuseScopes(scopes(0), reason);
        refuseScopes(
            new bytes32[](0), abi.encodeWithSelector(IAccreditationRegistry.ScopesRefused.selector, 0, 32)
        );
        refuseScopes(
            new bytes32[](33), abi.encodeWithSelector(IAccreditationRegistry.ScopesRefused.selector, 33, 32)
        );
    }

    function refuseEnd(uint64 until, uint64 latest) private {
        vm.prank(ACCREDITOR);
        vm.expectRevert(abi.encodeWithSelector(IAccreditationRegistry.ExpiryRefused.selector, until, latest));
        accreditations.grant(body, scopes(SCOPE), until);
    }

    function refuseScopes(bytes32[] memory list, bytes memory reason) private {
        vm.prank(ACCREDITOR);
        vm.expectRevert(reason);
        accreditations.grant(body, list, now_ + 1 days);
    }

    function testNobodyWithoutTheRoleGrantsWithdrawsOrBars() external {
        address[4] memory others = [ADMIN, ENROLLER, address(bodyAccount), STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, others[i], accreditations.ACCREDITOR_ROLE()
            );
            vm.startPrank(others[i]);
            vm.expectRevert(reason);
            accreditations.grant(body, scopes(SCOPE), now_ + 1 days);
            vm.expectRevert(reason);
            accreditations.withdraw(body, SCOPE);
            vm.expectRevert(reason);
            accreditations.bar(body, now_);
            vm.stopPrank();
        }
    }

    function testARegistryOnNothingCannotBeMade() external {
        vm.expectRevert(abi.encodeWithSelector(IAccreditationRegistry.RegistryMissing.selector, STRANGER));
        new AccreditationRegistry(IMemberRegistry(STRANGER), 2 days, ADMIN, ACCREDITOR);
    }
}
