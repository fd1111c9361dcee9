// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation, IAttestationResolver, IAttestations} from "./interfaces/IAttestations.sol";
import {ICreditResolver} from "./interfaces/ICreditResolver.sol";
import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {CreditClaim} from "./types/CreditClaim.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title CreditResolver
/// @notice Lets EAS take a credit attestation only when its form, its author and its evidence hold
contract CreditResolver is ICreditResolver {
    uint32 private constant MOST_POINTS = 100_000_000;
    uint64 private constant LONGEST_LIFE = 400 days;
    uint256 private constant MOST_HEADS = 64;
    uint8 private constant RATED = 0;
    uint8 private constant NOT_RATED = 1;
    string private constant SCHEMA = "bytes32 subject,bytes32 policy,uint32 points,uint32 low,uint32 high,uint8 band,"
        "uint8 state,bytes32 inputs,bytes32 card,bytes32[] headOrgs,uint64[] headSizes,bytes32[] headRoots";

    /// @inheritdoc ICreditResolver
    IAttestations public immutable eas;
    /// @inheritdoc ICreditResolver
    IMemberRegistry public immutable registry;
    /// @inheritdoc ICreditResolver
    IEvidenceLog public immutable log;
    /// @inheritdoc ICreditResolver
    bytes32 public immutable schemaUid;

    modifier onlyEas() {
        if (msg.sender != address(eas)) revert NotEas(msg.sender);
        if (msg.value != 0) revert NotPayable(msg.value);
        _;
    }

    constructor(IAttestations eas_, IEvidenceLog log_) {
        if (address(eas_).code.length == 0) revert ContractMissing(address(eas_));
        if (address(log_).code.length == 0) revert ContractMissing(address(log_));
        eas = eas_;
        log = log_;
        // The log's own registry, so that heads and attesters can never be judged by two different ones.
        registry = log_.registry();
        // As EAS SchemaRegistry 1.4.0 derives it: schema, resolver, revocable.
        schemaUid = keccak256(abi.encodePacked(SCHEMA, address(this), true));
    }

    /// @inheritdoc IAttestationResolver
    function attest(Attestation calldata attestation) external payable onlyEas returns (bool) {
        _accept(attestation);
        return true;
    }

    /// @inheritdoc IAttestationResolver
    function multiAttest(Attestation[] calldata attestations, uint256[] calldata)
        external
        payable
        onlyEas
        returns (bool)
    {
        for (uint256 i = 0; i < attestations.length; ++i) {
            _accept(attestations[i]);
        }
        return true;
    }

    /// @inheritdoc IAttestationResolver
    /// @dev Always allowed, paused or not; that only the attester revokes is EAS's own rule.
    function revoke(Attestation calldata attestation) external payable onlyEas returns (bool) {
        emit CreditRevoked(_subjectOf(attestation.data), attestation.uid);
        return true;
    }

    /// @inheritdoc IAttestationResolver
    function multiRevoke(Attestation[] calldata attestations, uint256[] calldata)
        external
        payable
        onlyEas
        returns (bool)
    {
        for (uint256 i = 0; i < attestations.length; ++i) {
            emit CreditRevoked(_subjectOf(attestations[i].data), attestations[i].uid);
        }
        return true;
    }

    /// @inheritdoc ICreditResolver
    function schema() external pure returns (string memory) {
        return SCHEMA;
    }

    /// @inheritdoc IAttestationResolver
    function version() external pure returns (string memory) {
        return "1.4.0";
    }

    /// @inheritdoc IAttestationResolver
    function isPayable() external pure returns (bool) {
        return false;
    }

    /// @dev Virtual, so that a stricter resolver can ask for more; it never asks for less.
    function _accept(Attestation calldata attestation) internal virtual {
        if (registry.paused()) revert AttestingPaused();
        if (attestation.schema != schemaUid) revert WrongSchema(attestation.schema, schemaUid);
        CreditClaim memory claim = _decode(attestation.data);
        OrgId attester = _checkParties(attestation, claim.subject);
        _checkPoints(claim);
        _checkTerms(attestation);
        _checkHeads(claim);
        _checkReference(attestation, claim.subject);
        emit CreditAttested(claim.subject, attester, attestation.uid);
    }

    function _checkParties(Attestation calldata attestation, OrgId subject) private view returns (OrgId attester) {
        attester = registry.orgOfAccount(attestation.attester);
        if (attester.isZero() || !registry.hasRoles(attester, Roles.SCORER)) {
            revert NotScorer(attester, attestation.attester);
        }
        if (attester == subject) revert SelfAttestation(subject);
        if (!registry.hasRoles(subject, Roles.SUPPLIER)) revert NotSupplier(subject);
        // Other software lists attestations by recipient: it must not find this one under somebody else.
        address account = registry.accountOf(subject);
        if (attestation.recipient != account) revert WrongRecipient(attestation.recipient, account);
    }

    function _checkPoints(CreditClaim memory claim) private pure {
        bool rated = claim.state == RATED && claim.low <= claim.points && claim.points <= claim.high
            && claim.high <= MOST_POINTS;
        bool notRated = claim.state == NOT_RATED && claim.low == 0 && claim.points == 0 && claim.high == 0;
        if (!rated && !notRated) revert PointsOutOfBounds(claim.state, claim.low, claim.points, claim.high);
    }

    function _checkTerms(Attestation calldata attestation) private view {
        uint64 latest = uint64(block.timestamp) + LONGEST_LIFE;
        if (attestation.expirationTime <= block.timestamp || attestation.expirationTime > latest) {
            revert ExpiryOutOfBounds(attestation.expirationTime, latest);
        }
        if (!attestation.revocable) revert NotRevocable();
    }

    function _checkHeads(CreditClaim memory claim) private view {
        uint256 count = claim.headOrgs.length;
        if (count == 0 || count > MOST_HEADS || claim.headSizes.length != count || claim.headRoots.length != count) {
            revert HeadCount(count, claim.headSizes.length, claim.headRoots.length);
        }
        for (uint256 i = 0; i < count; ++i) {
            if (!log.isAnchored(claim.headOrgs[i], claim.headSizes[i], claim.headRoots[i])) {
                revert HeadNotAnchored(claim.headOrgs[i], claim.headSizes[i], claim.headRoots[i]);
            }
        }
    }

    function _checkReference(Attestation calldata attestation, OrgId subject) private view {
        if (attestation.refUID == bytes32(0)) return;
        Attestation memory earlier = eas.getAttestation(attestation.refUID);
        if (
            earlier.schema != attestation.schema || earlier.attester != attestation.attester
                || OrgId.wrap(bytes32(earlier.data)) != subject
        ) revert WrongReference(attestation.refUID);
    }

    /// @dev Re-encoded and compared: a claim has one encoding, so equal claims have equal bytes.
    function _decode(bytes calldata data) private pure returns (CreditClaim memory claim) {
        // A struct is encoded like its fields, behind one offset word.
        bytes memory wrapped = abi.encodePacked(uint256(0x20), data);
        claim = abi.decode(wrapped, (CreditClaim));
        if (keccak256(abi.encode(claim)) != keccak256(wrapped)) revert MalformedClaim(data.length);
    }

    /// @dev The first word; the data was checked when it was attested.
    function _subjectOf(bytes calldata data) private pure returns (OrgId) {
        return OrgId.wrap(bytes32(data));
    }
}
