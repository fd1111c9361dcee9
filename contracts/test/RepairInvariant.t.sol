// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccreditationRegistry} from "../src/AccreditationRegistry.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {RepairBook} from "../src/RepairBook.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {RepairFixture} from "./support/RepairFixture.sol";
import {Vm} from "./support/Vm.sol";

/// @dev A co-sign that the book took, as the workshop saw it.
struct Given {
    uint256 body;
    uint256 claim;
    uint64 signedAt;
    uint64 revokedAt;
}

/// @dev A supplier, two bodies and an accreditor do as they please; the workshop keeps its own books of terms.
contract Workshop {
    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address private constant ENROLLER = address(0xE0);
    address private constant ACCREDITOR = address(0xACC);
    MemberRegistry private registry;
    AccreditationRegistry private accreditations;
    RepairBook private repairs;
    OrgId[2] private bodies;
    OrgAccount[3] private accounts;
    uint256[3] private secrets;
    bytes32[2] private scopes = [bytes32("kiln"), bytes32("press")];

    bytes32[] public claims;
    uint256[] private scopeOf;
    uint64[] private endOf;
    mapping(uint256 body => mapping(uint256 scope => uint64)) private termEnd;
    mapping(uint256 body => uint64) private barred;
    mapping(uint256 body => bool) private expelled;
    mapping(uint256 body => mapping(uint256 claim => bool)) private signed;
    mapping(uint256 body => mapping(uint256 day => uint256)) private perDay;
    Given[] private given;
    bool public trespassed;

    /// @param accounts_ of the two bodies, then of the supplier
    constructor(
        AccreditationRegistry accreditations_,
        RepairBook repairs_,
        OrgId[2] memory bodies_,
        OrgAccount[3] memory accounts_,
        uint256[3] memory secrets_
    ) {
        (accreditations, repairs, bodies) = (accreditations_, repairs_, bodies_);
        (accounts, secrets) = (accounts_, secrets_);
        registry = MemberRegistry(address(repairs_.registry()));
    }

    function open(bytes32 document, uint256 scope, uint32 life) external {
        if (claims.length == 5) return;
        uint64 until = uint64(block.timestamp + 1 days + life % 20 days);
        bytes memory call_ = abi.encodeCall(repairs.open, (document, scopes[scope % 2], until));
        vm.prank(vm.addr(secrets[2]));
        try accounts[2].execute(address(repairs), 0, call_) returns (bytes memory answer) {
            claims.push(abi.decode(answer, (bytes32)));
            scopeOf.push(scope % 2);
            endOf.push(until);
        } catch {}
    }

    function grant(uint256 who, uint256 scope, uint32 life) external {
        bytes32[] memory list = new bytes32[](1);
        list[0] = scopes[scope % 2];
        uint64 until = uint64(block.timestamp + 1 + life % 10 days);
        vm.prank(ACCREDITOR);
        try accreditations.grant(bodies[who % 2], list, until) {
            termEnd[who % 2][scope % 2] = until;
        } catch {}
    }

    function withdraw(uint256 who, uint256 scope) external {
        vm.prank(ACCREDITOR);
        try accreditations.withdraw(bodies[who % 2], scopes[scope % 2]) {
            termEnd[who % 2][scope % 2] = uint64(block.timestamp);
        } catch {}
    }

    function expel(uint256 who, bool out) external {
        expelled[who % 2] = out;
        vm.prank(ENROLLER);
        registry.setActive(bodies[who % 2], !out);
    }

    /// @dev Seldom, for it is for good.
    function bar(uint256 who, uint32 back, uint256 chance) external {
        if (chance % 4 != 0) return;
        uint64 since = uint64(block.timestamp - back % 5 days);
        vm.prank(ACCREDITOR);
        try accreditations.bar(bodies[who % 2], since) {
            barred[who % 2] = since;
        } catch {}
    }

    /// @dev By the right key or another's, in time or late.
    function coSign(uint256 who, uint256 which, uint256 signer, bool late, bytes32 seen) public {
        if (claims.length == 0) return;
        (who, which, signer) = (who % 2, which % claims.length, signer % 8 < 6 ? who % 2 : signer % 3);
        uint64 deadline = late ? uint64(block.timestamp - 1) : uint64(block.timestamp);
        bytes32 digest = repairs.coSignDigest(claims[which], bodies[who], seen, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secrets[signer], accounts[who].messageDigest(digest));
        try repairs.coSign(claims[which], bodies[who], seen, deadline, abi.encodePacked(r, s, v)) {
            uint256 day = block.timestamp / 1 days;
            perDay[who][day] += 1;
            bool allowed = signer == who && !late && !signed[who][which] && !expelled[who] && barred[who] == 0
                && block.timestamp < termEnd[who][scopeOf[which]] && block.timestamp < endOf[which]
                && perDay[who][day] <= 2;
            if (!allowed) trespassed = true;
            signed[who][which] = true;
            given.push(Given(who, which, uint64(block.timestamp), 0));
        } catch {}
    }

    /// @dev Everything there is, at once: more than a day allows, and again what was signed before.
    function coSignAll(uint256 who) external {
        for (uint256 which = 0; which < claims.length; ++which) {
            coSign(who, which, 0, false, "all");
        }
    }

    function revoke(uint256 which) external {
        if (given.length == 0) return;
        Given storage one = given[which % given.length];
        vm.prank(vm.addr(secrets[one.body]));
        try accounts[one.body].execute(
            address(repairs), 0, abi.encodeCall(repairs.revokeCoSign, (claims[one.claim]))
        ) {
            one.revokedAt = uint64(block.timestamp);
        } catch {}
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + time % 2 days);
    }

    function claimCount() external view returns (uint256) {
        return claims.length;
    }

    function givenCount() external view returns (uint256) {
        return given.length;
    }

    /// @dev By the workshop's own books.
    function stands(uint256 which, uint64 time) external view returns (bool) {
        for (uint256 i = 0; i < given.length; ++i) {
            Given storage one = given[i];
            bool gone = one.revokedAt != 0 && one.revokedAt <= time;
            gone = gone || (barred[one.body] != 0 && barred[one.body] <= time);
            if (one.claim == which && one.signedAt <= time && !gone) return true;
        }
        return false;
    }
}

contract RepairInvariantTest is RepairFixture {
    Workshop private workshop;

    function setUp() public override {
        super.setUp();
        vm.prank(ENROLLER);
        registry.setRoles(second, Roles.ACCREDITED_BODY);
        workshop = new Workshop(
            accreditations,
            repairs,
            [body, second],
            [bodyAccount, secondAccount, supplierAccount],
            [BODY_SECRET, SECOND_SECRET, SUPPLIER_OPERATOR_SECRET]
        );
    }

    /// @dev Only the workshop plays; its calls reach the contracts.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(workshop);
    }

    function invariantNobodyCoSignsWithoutAnAccreditationThatHolds() external view {
        require(!workshop.trespassed(), "co-signed without the right");
    }

    function invariantACoSignStandsUntilItsRevocationOrItsBodysBar() external view {
        for (uint256 i = 0; i < workshop.claimCount(); ++i) {
            for (uint64 back = 0; back < 12 days; back += 1.5 days) {
                uint64 time = uint64(block.timestamp) - back;
                vm.assertEq(repairs.isCosigned(workshop.claims(i), time), workshop.stands(i, time), "isCosigned");
            }
        }
    }

    /// @dev The play reaches what it is about, so that the invariants are not empty.
    function testTheWorkshopCanCoSignRevokeAndBar() external {
        workshop.open("a", 0, 10 days);
        workshop.coSign(0, 0, 0, false, "seen");
        workshop.grant(0, 0, 5 days);
        workshop.coSign(0, 0, 0, false, "seen");
        workshop.grant(1, 0, 5 days);
        workshop.coSign(1, 0, 1, false, "seen");
        vm.assertEq(workshop.givenCount(), 2, "co-signs");
        workshop.wait(1 days);
        workshop.revoke(0);
        require(workshop.stands(0, uint64(block.timestamp)), "both fell");
        workshop.bar(1, 0, 0);
        require(!workshop.stands(0, uint64(block.timestamp)), "one stands");
        require(!repairs.isCosigned(workshop.claims(0), uint64(block.timestamp)), "the book disagrees");
    }
}
