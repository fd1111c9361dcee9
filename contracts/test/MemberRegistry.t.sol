// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {
    IAccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {IMemberRegistry, Member} from "../src/interfaces/IMemberRegistry.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {Fixture} from "./support/Fixture.sol";

/// @dev An account that says whatever suits it.
contract Turncoat {
    IMemberRegistry public registry;
    OrgId public org;

    constructor(IMemberRegistry registry_) {
        registry = registry_;
    }

    function turn(OrgId org_) external {
        org = org_;
    }
}

contract MemberRegistryTest is Fixture {
    string private constant BANK_LEI = "5299000BANK00000BA41";
    OrgId private immutable bank = orgOf(BANK_LEI);

    function testAnEnrolledMemberIsKnownActiveAndCounted() external {
        vm.expectEmit(address(registry));
        emit IMemberRegistry.MemberEnrolled(bank, BANK_LEI, "Bank", "https://bank.example", Roles.BANK | Roles.AUDITOR);
        vm.prank(ENROLLER);
        registry.enrol(bank, BANK_LEI, "Bank", "https://bank.example", Roles.BANK | Roles.AUDITOR);
        Member memory member = registry.member(bank);
        vm.assertEq(member.lei, BANK_LEI, "lei");
        vm.assertEq(member.name, "Bank", "name");
        vm.assertEq(member.endpoint, "https://bank.example", "endpoint");
        vm.assertEq(member.roles, Roles.BANK | Roles.AUDITOR, "roles");
        vm.assertEq(member.enrolledAt, START, "time");
        require(member.active && member.account == address(0), "state");
        vm.assertEq(registry.memberCount(), 4, "count");
        require(registry.memberAt(3) == bank, "order");
    }

    function testNoTwoMembersShareAnLei() external {
        vm.prank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.AlreadyEnrolled.selector, supplier));
        registry.enrol(supplier, SUPPLIER_LEI, "Again", "", 0);
    }

    function testAnIdThatIsNotMadeOfTheLeiIsRefused() external {
        vm.prank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.OrgIdMismatch.selector, supplier, bank));
        registry.enrol(supplier, BANK_LEI, "Bank", "", 0);
    }

    function testTextThatIsNoLeiIsRefused() external {
        string[10] memory bad = [
            "",
            "5299000BANK00000BA4",
            "5299000BANK00000BA411",
            "5299000BANK00000BA42",
            "5299000bank00000ba41",
            "5299000BANK0000\xc3\x84BA41",
            "5299000BANK00000BA4A",
            "5299000BANK00000B A41",
            "9299000BANK00000BA41",
            // Its remainder is right, but a check digit is a letter.
            "5299000LETTERS00010U"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            refuseLei(bad[i]);
        }
    }

    function testTheSecondSpellingsOfCheckDigitsAreRefused() external {
        // 97 and 00, 98 and 01, 02 and 99 leave the same remainder; only the first of each is issued.
        string[3] memory issued = ["5299000SPELLING03797", "5299000SPELLING06998", "5299000SPELLING00402"];
        string[3] memory forged = ["5299000SPELLING03700", "5299000SPELLING06901", "5299000SPELLING00499"];
        for (uint256 i = 0; i < 3; ++i) {
            refuseLei(forged[i]);
            OrgId org = orgOf(issued[i]);
            vm.prank(ENROLLER);
            registry.enrol(org, issued[i], "Name", "", 0);
        }
    }

    function testTextsAndRolesAreBounded() external {
        vm.startPrank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.TextLength.selector, 0, 256));
        registry.enrol(bank, BANK_LEI, "", "", 0);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.TextLength.selector, 257, 256));
        registry.enrol(bank, BANK_LEI, string(new bytes(257)), "", 0);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.TextLength.selector, 513, 512));
        registry.enrol(bank, BANK_LEI, "Bank", string(new bytes(513)), 0);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.UnknownRoles.selector, 64));
        registry.enrol(bank, BANK_LEI, "Bank", "", 64);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.UnknownRoles.selector, 1 << 255));
        registry.setRoles(supplier, 1 << 255);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.TextLength.selector, 513, 512));
        registry.setEndpoint(supplier, string(new bytes(513)));
    }

    function testEachRightBelongsToItsRoleAlone() external {
        bytes32 enroller = registry.ENROLLER_ROLE();
        bytes32 pauser = registry.PAUSER_ROLE();
        address[3] memory others = [ADMIN, PAUSER, STRANGER];
        for (uint256 i = 0; i < 3; ++i) {
            expectMissing(others[i], enroller);
            registry.enrol(bank, BANK_LEI, "Bank", "", 0);
            expectMissing(others[i], enroller);
            registry.setActive(supplier, false);
            expectMissing(others[i], enroller);
            registry.setRoles(supplier, 0);
        }
        others = [ADMIN, ENROLLER, STRANGER];
        for (uint256 i = 0; i < 3; ++i) {
            expectMissing(others[i], pauser);
            registry.pause();
            expectMissing(others[i], pauser);
            registry.unpause();
        }
    }

    function testTheAdminChangesOnlyInTwoStepsAfterTheDelay() external {
        vm.prank(ADMIN);
        registry.beginDefaultAdminTransfer(STRANGER);
        vm.warp(START + 2 days);
        vm.prank(STRANGER);
        vm.expectPartialRevert(IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector);
        registry.acceptDefaultAdminTransfer();
        vm.warp(START + 2 days + 1);
        vm.prank(STRANGER);
        registry.acceptDefaultAdminTransfer();
        vm.assertEq(registry.defaultAdmin(), STRANGER, "the new admin");
        vm.prank(ADMIN);
        vm.expectPartialRevert(IAccessControl.AccessControlUnauthorizedAccount.selector);
        registry.beginDefaultAdminTransfer(ADMIN);
    }

    function testASuspendedMemberIsInactiveAndHasNoRoleUntilItComesBack() external {
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        require(!registry.isActive(supplier) && !registry.hasRoles(supplier, Roles.SUPPLIER), "still active");
        vm.prank(ENROLLER);
        registry.setActive(supplier, true);
        require(registry.hasRoles(supplier, Roles.SUPPLIER), "not back");
        require(!registry.hasRoles(supplier, Roles.SUPPLIER | Roles.BANK), "has a role it was not given");
    }

    function testAMemberSetsItsOwnEndpointThroughItsAccountAndNobodyElses() external {
        vm.prank(address(supplierAccount));
        registry.setEndpoint(supplier, "https://new.example");
        vm.assertEq(registry.member(supplier).endpoint, "https://new.example", "endpoint");
        vm.prank(address(scorerAccount));
        vm.expectRevert(
            abi.encodeWithSelector(IMemberRegistry.NotForOrg.selector, supplier, address(scorerAccount))
        );
        registry.setEndpoint(supplier, "https://evil.example");
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.NotForOrg.selector, OrgId.wrap(0), STRANGER));
        registry.setEndpoint(OrgId.wrap(0), "https://evil.example");
    }

    function testAnAccountMustSayItselfWhomItSpeaksFor() external {
        OrgAccount foreign = new OrgAccount(registry, other);
        vm.startPrank(ENROLLER);
        address[3] memory bad = [address(foreign), address(supplierAccount), STRANGER];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.AccountRefused.selector, scorer, bad[i]));
            registry.setAccount(scorer, bad[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.UnknownMember.selector, bank));
        registry.setAccount(bank, address(foreign));
    }

    function testAnAccountThatChangesItsMindDoesNotServeTwo() external {
        Turncoat account = new Turncoat(registry);
        account.turn(other);
        vm.startPrank(ENROLLER);
        registry.setAccount(other, address(account));
        account.turn(scorer);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.AccountRefused.selector, scorer, address(account)));
        registry.setAccount(scorer, address(account));
        Turncoat elsewhere = new Turncoat(IMemberRegistry(address(this)));
        elsewhere.turn(other);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.AccountRefused.selector, other, address(elsewhere)));
        registry.setAccount(other, address(elsewhere));
    }

    function testAReplacedAccountSpeaksForNobody() external {
        OrgAccount next = new OrgAccount(registry, scorer);
        vm.expectEmit(address(registry));
        emit IMemberRegistry.MemberAccountSet(scorer, address(next), address(scorerAccount));
        vm.prank(address(scorerAccount));
        registry.setAccount(scorer, address(next));
        require(registry.orgOfAccount(address(next)) == scorer, "the new one");
        require(registry.orgOfAccount(address(scorerAccount)).isZero(), "the old one");
        vm.assertEq(registry.accountOf(scorer), address(next), "account");
        vm.prank(address(scorerAccount));
        vm.expectPartialRevert(IMemberRegistry.NotForOrg.selector);
        registry.setEndpoint(scorer, "https://old.example");
    }

    function testAnUnknownMemberIsAnErrorAndNotAnEmptyOne() external {
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.UnknownMember.selector, bank));
        registry.member(bank);
        require(!registry.isActive(bank) && !registry.hasRoles(bank, 0), "an unknown member is active");
    }

    function refuseLei(string memory lei) private {
        OrgId org = orgOf(lei);
        vm.prank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.MalformedLei.selector, lei));
        registry.enrol(org, lei, "Name", "", 0);
    }

    function expectMissing(address caller, bytes32 role) private {
        vm.prank(caller);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role)
        );
    }
}
