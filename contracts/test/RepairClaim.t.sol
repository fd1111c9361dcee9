// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRepairBook, RepairClaim} from "../src/interfaces/IRepairBook.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {RepairFixture} from "./support/RepairFixture.sol";

contract RepairClaimTest is RepairFixture {
    function refuseOpen(bytes32 document_, bytes32 scope, uint64 until, bytes memory reason) private {
        bytes memory call_ = abi.encodeCall(repairs.open, (document_, scope, until));
        refuseAct(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), call_, reason);
    }

    function testASupplierOpensAClaimThatHasTheHashOfItsContentForAName() external {
        bytes32 claim = open(DOCUMENT, SCOPE);
        vm.assertEq(claim, repairs.claimId(supplier, DOCUMENT, SCOPE), "id");
        vm.assertEq(claim, keccak256(abi.encode(supplier, DOCUMENT, SCOPE)), "derivation");
        RepairClaim memory record = repairs.repairClaim(claim);
        require(record.subject == supplier && record.document == DOCUMENT && record.scope == SCOPE, "content");
        require(record.openedAt == block.timestamp && record.until == block.timestamp + 60 days, "times");
        require(repairs.claimCount(supplier) == 1 && repairs.claimAt(supplier, 0) == claim, "list");
        require(!repairs.inRepair(supplier, uint64(block.timestamp)), "in repair without a co-sign");
    }

    function testARepairRunsUntilItsEndOrItsWithdrawal() external {
        uint64 end = uint64(block.timestamp + 60 days);
        bytes32 claim = open(DOCUMENT, SCOPE);
        coSign(claim);
        require(repairs.inRepair(supplier, end - 1) && !repairs.inRepair(supplier, end), "end");
        require(repairs.isCosigned(claim, end), "the co-sign ends with the repair");
        vm.warp(block.timestamp + 5 days);
        uint64 withdrawn = uint64(block.timestamp);
        bytes memory call_ = abi.encodeCall(repairs.withdraw, (claim));
        bytes memory reason = abi.encodeWithSelector(IRepairBook.NotSubject.selector, claim, address(bodyAccount));
        refuseAct(bodyAccount, BODY_SECRET, address(repairs), call_, reason);
        act(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), call_);
        require(repairs.inRepair(supplier, withdrawn - 1), "the past changed");
        require(!repairs.inRepair(supplier, withdrawn) && !repairs.isCosigned(claim, withdrawn), "it runs on");
        reason = abi.encodeWithSelector(IRepairBook.ClaimOver.selector, claim, withdrawn);
        refuseAct(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(repairs), call_, reason);
    }

    function testOnlyActiveSuppliersOpenClaimsAndEachOnce() external {
        bytes memory call_ = abi.encodeCall(repairs.open, (DOCUMENT, SCOPE, uint64(block.timestamp + 1)));
        bytes memory reason =
            abi.encodeWithSelector(IRepairBook.NotSupplierAccount.selector, body, address(bodyAccount));
        refuseAct(bodyAccount, BODY_SECRET, address(repairs), call_, reason);
        reason = abi.encodeWithSelector(IRepairBook.NotSupplierAccount.selector, OrgId.wrap(0), address(this));
        vm.expectRevert(reason);
        repairs.open(DOCUMENT, SCOPE, uint64(block.timestamp + 1));
        bytes32 claim = open(DOCUMENT, SCOPE);
        uint64 until = uint64(block.timestamp + 1);
        refuseOpen(DOCUMENT, SCOPE, until, abi.encodeWithSelector(IRepairBook.AlreadyOpened.selector, claim));
        refuseOpen(0, SCOPE, until, abi.encodeWithSelector(IRepairBook.RepairClaimRefused.selector, bytes32(0), SCOPE));
        reason = abi.encodeWithSelector(IRepairBook.RepairClaimRefused.selector, DOCUMENT, bytes32(0));
        refuseOpen(DOCUMENT, 0, until, reason);
        vm.prank(PAUSER);
        registry.pause();
        refuseOpen("x", SCOPE, until, abi.encodeWithSelector(IRepairBook.RepairsPaused.selector));
    }

    function testARepairEndsWithinHalfAYear() external {
        uint64 now_ = uint64(block.timestamp);
        uint64 latest = now_ + 180 days;
        refuseOpen(
            DOCUMENT, SCOPE, now_, abi.encodeWithSelector(IRepairBook.DeadlineRefused.selector, now_, latest)
        );
        refuseOpen(
            DOCUMENT,
            SCOPE,
            latest + 1,
            abi.encodeWithSelector(IRepairBook.DeadlineRefused.selector, latest + 1, latest)
        );
    }

    function testThreeClaimsADay() external {
        open("1", SCOPE);
        open("2", SCOPE);
        open("3", SCOPE);
        bytes memory reason = abi.encodeWithSelector(
            IRepairBook.DailyLimit.selector, supplier, block.timestamp / 1 days, uint32(3)
        );
        refuseOpen("4", SCOPE, uint64(block.timestamp + 1), reason);
        vm.warp((block.timestamp / 1 days + 1) * 1 days);
        open("4", SCOPE);
    }

    function testSixteenClaimsAtATime() external {
        for (uint256 i = 0; i < 16; ++i) {
            if (i % 3 == 0) vm.warp(block.timestamp + 1 days);
            open(bytes32(i + 1), SCOPE);
        }
        coSign(repairs.claimAt(supplier, 0));
        require(repairs.inRepair(supplier, uint64(block.timestamp)), "the oldest is overlooked");
        vm.warp(block.timestamp + 1 days);
        bytes memory reason = abi.encodeWithSelector(IRepairBook.TooManyOpen.selector, supplier, 16);
        refuseOpen("more", SCOPE, uint64(block.timestamp + 1), reason);
        vm.warp(uint256(repairs.repairClaim(repairs.claimAt(supplier, 0)).until));
        open("more", SCOPE);
    }
}
