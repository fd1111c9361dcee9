// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestations} from "../src/interfaces/IAttestations.sol";
import {ICreditResolver} from "../src/interfaces/ICreditResolver.sol";
import {CreditStanding, IPolicyCreditResolver} from "../src/interfaces/IPolicyCreditResolver.sol";
import {IPolicyRegistry} from "../src/interfaces/IPolicyRegistry.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {PolicyCreditResolver} from "../src/PolicyCreditResolver.sol";
import {PolicyRegistry} from "../src/PolicyRegistry.sol";
import {CreditClaim} from "../src/types/CreditClaim.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract PolicyCreditResolverTest is ScoreFixture {
    function setUp() public override {
        super.setUp();
        adopt(document(POLICY, 1));
        schema = credits.schemaUid();
    }

    function claim_(bytes32 card) private view returns (CreditClaim memory claim) {
        claim = goodClaim();
        claim.policy = POLICY;
        claim.card = card;
    }

    function byFirst(bytes32 card) private returns (bytes32) {
        return attest(requestFor(claim_(card)));
    }

    function bySecond(CreditClaim memory claim) private returns (bytes32) {
        return attestAs(secondAccount, SECOND_SECRET, requestFor(claim));
    }

    function counts(uint256 k, uint256 expected) private view {
        (bool enough, uint256 owners) = credits.countsFor(supplier, POLICY, k);
        vm.assertEq(owners, expected, "owners");
        vm.assertEq(enough, expected != 0 && expected >= k, "enough");
    }

    function testTheSchemaIsTheSameAndTheUidIsItsOwn() external view {
        vm.assertEq(credits.schema(), resolver.schema(), "schema");
        require(credits.schemaUid() != resolver.schemaUid(), "uid");
    }

    function testOnlyAScoreUnderAnAdoptedPolicyIsTaken() external {
        byFirst("card");
        CreditClaim memory claim = claim_("card");
        claim.policy = keccak256("nobody voted for this");
        refuse(
            requestFor(claim),
            abi.encodeWithSelector(
                IPolicyCreditResolver.PolicyNotAdopted.selector, claim.policy, uint64(block.timestamp)
            )
        );
        bytes32 id = policies.adoptions(POLICY_NAME)[0];
        decide(address(policies), abi.encodeCall(policies.withdraw, (id)), "withdraw");
        refuse(
            requestFor(claim_("card")),
            abi.encodeWithSelector(IPolicyCreditResolver.PolicyNotAdopted.selector, POLICY, uint64(block.timestamp))
        );
        (bool enough, uint256 owners) = credits.countsFor(supplier, POLICY, 1);
        require(owners == 1 && !enough, "a score under a withdrawn policy counts");
    }

    function testWhatTheFirstResolverRefusesIsRefusedHereToo() external {
        CreditClaim memory claim = claim_("card");
        claim.subject = other;
        refuse(requestFor(claim), abi.encodeWithSelector(ICreditResolver.NotSupplier.selector, other));
        claim = claim_("card");
        claim.high = claim.points - 1;
        refuse(
            requestFor(claim),
            abi.encodeWithSelector(
                ICreditResolver.PointsOutOfBounds.selector, uint8(0), claim.low, claim.points, claim.high
            )
        );
    }

    function testWithKTwoNoScoreCountsThatOneOwnerAttestedHoweverOften() external {
        counts(0, 0);
        counts(1, 0);
        byFirst("card");
        counts(1, 1);
        counts(2, 1);
        vm.warp(block.timestamp + 1);
        byFirst("card");
        counts(2, 1);
        bySecond(claim_("card"));
        counts(2, 2);
        counts(3, 2);
        vm.assertEq(credits.attesters(supplier, POLICY).length, 2, "attesters");
    }

    function testASecondAccountOfTheSameOwnerIsNoSecondOwner() external {
        byFirst("card");
        vm.warp(block.timestamp + 1);
        address first = address(scorerAccount);
        scorerAccount = replaceAccount();
        require(address(scorerAccount) != first, "the same account");
        byFirst("card");
        counts(2, 1);
    }

    function replaceAccount() private returns (OrgAccount account) {
        account = new OrgAccount(registry, scorer);
        vm.prank(ENROLLER);
        registry.setAccount(scorer, address(account));
    }

    function testOwnersAgreeOnEverythingButTheHeadsOrNotAtAll() external {
        byFirst("card");
        CreditClaim memory claim = claim_("card");
        claim.points += 1;
        bySecond(claim);
        counts(2, 1);
        claim = claim_("card");
        claim.headOrgs = new OrgId[](2);
        (claim.headOrgs[0], claim.headOrgs[1]) = (supplier, supplier);
        claim.headSizes = new uint64[](2);
        (claim.headSizes[0], claim.headSizes[1]) = (SIZE, SIZE);
        claim.headRoots = new bytes32[](2);
        (claim.headRoots[0], claim.headRoots[1]) = (ROOT, ROOT);
        bySecond(claim);
        counts(2, 2);
    }

    function testANewerCardStartsCountingAnew() external {
        byFirst("card");
        bySecond(claim_("card"));
        vm.warp(block.timestamp + 1);
        bytes32 uid = byFirst("newer card");
        counts(1, 1);
        counts(2, 1);
        vm.assertEq(standing().uid, uid, "newest");
        bySecond(claim_("newer card"));
        counts(2, 2);
    }

    function testARevokedAnExpiredAndABarredAttesterNoLongerCount() external {
        bytes32 uid = byFirst("card");
        bySecond(claim_("card"));
        revoke(uid);
        counts(2, 1);
        uid = byFirst("card");
        counts(2, 2);
        vm.prank(ENROLLER);
        registry.setRoles(second, Roles.AUDITOR);
        counts(2, 1);
        vm.assertEq(standing().uid, uid, "newest");
        vm.warp(block.timestamp + 90 days);
        counts(1, 0);
        vm.assertEq(standing().uid, 0, "expired");
    }

    function testTheStandingSaysWhatTheNewestAttestationSays() external {
        uint64 then = uint64(block.timestamp);
        byFirst("card");
        CreditStanding memory found = standing();
        CreditClaim memory claim = claim_("card");
        vm.assertEq(
            keccak256(abi.encode(found.points, found.low, found.high, found.band, found.state)),
            keccak256(abi.encode(claim.points, claim.low, claim.high, claim.band, claim.state)),
            "claim"
        );
        require(found.attestedAt == then && found.expires == then + 90 days && found.owners == 1, "terms");
        vm.assertEq(credits.newestOf(supplier, POLICY, scorer), found.uid, "newest of the scorer");
        require(credits.standing(supplier, POLICY, found.expires).uid == 0, "live at its expiry");
        require(credits.standing(supplier, POLICY, found.expires - 1).uid != 0, "over before its expiry");
    }

    function testRegistriesMustBeOne() external {
        MemberRegistry another = new MemberRegistry(2 days, ADMIN, ENROLLER, PAUSER);
        PolicyRegistry foreign = new PolicyRegistry(another, address(timelock));
        IAttestations published = IAttestations(address(eas));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPolicyCreditResolver.RegistryMismatch.selector, address(evidenceLog), address(foreign)
            )
        );
        new PolicyCreditResolver(published, evidenceLog, foreign);
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.ContractMissing.selector, STRANGER));
        new PolicyCreditResolver(published, evidenceLog, IPolicyRegistry(STRANGER));
    }

    function standing() private view returns (CreditStanding memory) {
        return credits.standing(supplier, POLICY, uint64(block.timestamp));
    }
}
